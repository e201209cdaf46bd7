package io.kvsinfer.worker.detect.plate;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.detect.Detection;
import java.util.List;

/**
 * The part of a frame that shows a plate: the quadrangle of its corners where they are known, else
 * its box with a margin.
 */
final class PlateCrop {
  private static final int BGR = 3;
  private static final int ALIGNMENT = 4;

  /** Boxes often cut into the outer characters; share of the box's height on each side. */
  private static final double MARGIN = 0.08;

  /** Corners that span less of their box than this are not those of a plate in it. */
  private static final double LEAST_OF_BOX = 0.4;

  /** Samples in each direction for one pixel at most, where the plate is larger than the input. */
  private static final int MOST_SAMPLES = 4;

  private final byte[] bgr;
  private final int width;
  private final int height;
  private final Perspective plate;
  private final double plateWidth;
  private final double plateHeight;

  private PlateCrop(byte[] bgr, int width, int height, List<Point> corners) {
    this.bgr = bgr;
    this.width = width;
    this.height = height;
    this.plate = Perspective.onto(corners);
    this.plateWidth = (distance(corners, 0, 1) + distance(corners, 3, 2)) / 2;
    this.plateHeight = (distance(corners, 0, 3) + distance(corners, 1, 2)) / 2;
  }

  /** Cuts it out; only these pixels of the frame are converted. */
  static PlateCrop of(VideoFrame frame, Detection detection) {
    List<Point> corners = corners(detection);
    double left = Double.POSITIVE_INFINITY;
    double top = Double.POSITIVE_INFINITY;
    double right = 0;
    double bottom = 0;
    for (Point corner : corners) {
      left = Math.min(left, corner.x());
      top = Math.min(top, corner.y());
      right = Math.max(right, corner.x());
      bottom = Math.max(bottom, corner.y());
    }
    int fromX = aligned(left - 2, frame.width());
    int fromY = aligned(top - 2, frame.height());
    int toX = Math.clamp((long) Math.ceil(right + 2), fromX + 1, frame.width());
    int toY = Math.clamp((long) Math.ceil(bottom + 2), fromY + 1, frame.height());
    List<Point> inside =
        corners.stream().map(p -> new Point(p.x() - fromX, p.y() - fromY)).toList();
    return new PlateCrop(
        frame.toBgr(fromX, fromY, toX - fromX, toY - fromY), toX - fromX, toY - fromY, inside);
  }

  private static int aligned(double from, int size) {
    int inside = Math.clamp((long) Math.floor(from), 0, size - 1);
    return inside - inside % ALIGNMENT;
  }

  private static List<Point> corners(Detection detection) {
    List<Point> corners = detection.corners();
    if (corners.size() == 4 && isPlate(corners, detection.box())) {
      return corners;
    }
    Box box = detection.box();
    double margin = MARGIN * box.height();
    return List.of(
        new Point(box.x() - margin, box.y() - margin),
        new Point(box.right() + margin, box.y() - margin),
        new Point(box.right() + margin, box.bottom() + margin),
        new Point(box.x() - margin, box.bottom() + margin));
  }

  /** Whether the corners go clockwise around something convex about as large as the box. */
  private static boolean isPlate(List<Point> corners, Box box) {
    double twiceArea = 0;
    for (int i = 0; i < 4; i++) {
      Point p = corners.get(i);
      Point q = corners.get((i + 1) % 4);
      Point r = corners.get((i + 2) % 4);
      double turn = (q.x() - p.x()) * (r.y() - q.y()) - (q.y() - p.y()) * (r.x() - q.x());
      if (!(turn > 0)) {
        return false;
      }
      twiceArea += p.x() * q.y() - q.x() * p.y();
    }
    double share = twiceArea / 2 / box.area();
    return share >= LEAST_OF_BOX && share <= 1 / LEAST_OF_BOX;
  }

  private static double distance(List<Point> corners, int i, int j) {
    return Math.hypot(
        corners.get(i).x() - corners.get(j).x(), corners.get(i).y() - corners.get(j).y());
  }

  /** Width by height of the plate itself. */
  double aspect() {
    return plateWidth / Math.max(1e-6, plateHeight);
  }

  /** Height of the plate in pixels of the frame. */
  double heightInFrame() {
    return plateHeight;
  }

  /**
   * The plate upright, scaled to a rectangle: bilinear, several samples a pixel where it shrinks.
   *
   * @return packed BGR as numbers 0..255, {@code h × w × 3}
   */
  float[] upright(int w, int h) {
    int samplesX = samples(plateWidth / w);
    int samplesY = samples(plateHeight / h);
    float[] out = new float[w * h * BGR];
    float[] sum = new float[BGR];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        sum[0] = 0;
        sum[1] = 0;
        sum[2] = 0;
        for (int j = 0; j < samplesY; j++) {
          double v = (y + (j + 0.5) / samplesY) / h;
          for (int i = 0; i < samplesX; i++) {
            double u = (x + (i + 0.5) / samplesX) / w;
            add(plate.x(u, v) - 0.5, plate.y(u, v) - 0.5, sum);
          }
        }
        int at = (y * w + x) * BGR;
        for (int c = 0; c < BGR; c++) {
          out[at + c] = sum[c] / (samplesX * samplesY);
        }
      }
    }
    return out;
  }

  private static int samples(double scale) {
    return Math.clamp((long) Math.ceil(scale - 0.25), 1, MOST_SAMPLES);
  }

  /** Adds the pixel at a place between pixel centres; outside, the edge goes on. */
  private void add(double x, double y, float[] sum) {
    double cx = Math.clamp(x, 0, width - 1);
    double cy = Math.clamp(y, 0, height - 1);
    int left = (int) cx;
    int top = (int) cy;
    int right = Math.min(left + 1, width - 1);
    int bottom = Math.min(top + 1, height - 1);
    float fx = (float) (cx - left);
    float fy = (float) (cy - top);
    for (int c = 0; c < BGR; c++) {
      float above = value(left, top, c) * (1 - fx) + value(right, top, c) * fx;
      float below = value(left, bottom, c) * (1 - fx) + value(right, bottom, c) * fx;
      sum[c] += above * (1 - fy) + below * fy;
    }
  }

  private int value(int x, int y, int channel) {
    return bgr[(y * width + x) * BGR + channel] & 0xff;
  }
}
