package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.contract.geometry.Polygon;
import java.util.Arrays;
import java.util.List;

/** Blacks out what a camera must not show. */
public final class Masks {
  private static final int BGR = 3;

  private Masks() {}

  /**
   * Blacks out every pixel whose centre lies in a mask.
   *
   * @param bgr packed BGR, {@code height × width × 3}; changed in place
   * @param masks 0..1 of the picture
   */
  public static void blackOut(byte[] bgr, int width, int height, List<Polygon> masks) {
    if (bgr.length != (long) width * height * BGR) {
      throw new IllegalArgumentException(
          "%d bytes are no BGR picture of %d x %d".formatted(bgr.length, width, height));
    }
    for (Polygon mask : masks) {
      for (int y = 0; y < height; y++) {
        blackOutRow(bgr, width, y, crossings(mask, (y + 0.5) / height));
      }
    }
  }

  /** Where a row crosses the mask's edges, from left to right, by the even-odd rule. */
  private static double[] crossings(Polygon mask, double y) {
    List<Point> points = mask.points();
    double[] crossings = new double[points.size()];
    int count = 0;
    for (int i = 0, j = points.size() - 1; i < points.size(); j = i++) {
      Point a = points.get(i);
      Point b = points.get(j);
      if ((a.y() > y) != (b.y() > y)) {
        crossings[count++] = (b.x() - a.x()) * (y - a.y()) / (b.y() - a.y()) + a.x();
      }
    }
    Arrays.sort(crossings, 0, count);
    return Arrays.copyOf(crossings, count);
  }

  private static void blackOutRow(byte[] bgr, int width, int y, double[] crossings) {
    for (int i = 0; i + 1 < crossings.length; i += 2) {
      int from = Math.clamp((long) Math.ceil(crossings[i] * width - 0.5), 0, width);
      int to = Math.clamp((long) Math.floor(crossings[i + 1] * width - 0.5) + 1, 0, width);
      if (from < to) {
        Arrays.fill(bgr, (y * width + from) * BGR, (y * width + to) * BGR, (byte) 0);
      }
    }
  }
}
