package io.kvsinfer.media.frame;

/**
 * How a camera was held, as its picture's metadata (Exif) or its video's track say: quarter turns
 * and mirrors that bring the stored pixels upright. A pixel at x, y right and down of the centre
 * belongs at {@code a x + c y, b x + d y}; each of the four is -1, 0 or 1.
 */
public record Orientation(int a, int b, int c, int d) {
  public static final Orientation UPRIGHT = new Orientation(1, 0, 0, 1);

  public Orientation {
    if (!isQuarterTurns(a, b, c, d)) {
      throw new IllegalArgumentException(
          "%d %d %d %d are no quarter turns or mirrors".formatted(a, b, c, d));
    }
  }

  /** That of a display matrix by the signs of its numbers; upright where it is of another angle. */
  public static Orientation ofSigns(int a, int b, int c, int d) {
    int left = Integer.signum(a);
    int down = Integer.signum(b);
    int right = Integer.signum(c);
    int up = Integer.signum(d);
    return isQuarterTurns(left, down, right, up) ? new Orientation(left, down, right, up) : UPRIGHT;
  }

  private static boolean isQuarterTurns(int a, int b, int c, int d) {
    return Math.abs(a * d - b * c) == 1 && (a == 0) == (d == 0) && (a == 0) != (b == 0);
  }

  public boolean isUpright() {
    return equals(UPRIGHT);
  }

  /** Whether width and height change places. */
  public boolean swapsSides() {
    return a == 0;
  }

  /**
   * The pixels upright.
   *
   * @param bgr packed, {@code height × width × 3}, of the stored width and height
   */
  public byte[] upright(byte[] bgr, int width, int height) {
    int outWidth = swapsSides() ? height : width;
    byte[] turned = new byte[bgr.length];
    int left = (a < 0 ? width - 1 : 0) + (c < 0 ? height - 1 : 0);
    int top = (b < 0 ? width - 1 : 0) + (d < 0 ? height - 1 : 0);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from = 3 * (y * width + x);
        int to = 3 * ((b * x + d * y + top) * outWidth + a * x + c * y + left);
        turned[to] = bgr[from];
        turned[to + 1] = bgr[from + 1];
        turned[to + 2] = bgr[from + 2];
      }
    }
    return turned;
  }
}
