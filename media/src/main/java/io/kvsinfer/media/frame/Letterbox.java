package io.kvsinfer.media.frame;

/**
 * How a picture of {@code sourceWidth × sourceHeight} lies in a tensor of {@code width × height}
 * with its aspect kept. Computed once and passed on; every conversion between tensor and picture
 * goes through it.
 *
 * @param scaledWidth pixels of the tensor that the picture covers, likewise {@code scaledHeight}
 * @param left columns of padding before the picture
 * @param top rows of padding above the picture
 */
public record Letterbox(
    int sourceWidth,
    int sourceHeight,
    int width,
    int height,
    int scaledWidth,
    int scaledHeight,
    int left,
    int top) {

  /** Where the picture stands in the tensor. */
  public enum Anchor {
    CENTER,
    TOP_LEFT
  }

  /** The largest picture with unchanged aspect that fits. */
  public static Letterbox fit(
      int sourceWidth, int sourceHeight, int width, int height, Anchor anchor) {
    double scale = Math.min((double) width / sourceWidth, (double) height / sourceHeight);
    int w = Math.clamp(Math.round(sourceWidth * scale), 1, width);
    int h = Math.clamp(Math.round(sourceHeight * scale), 1, height);
    boolean center = anchor == Anchor.CENTER;
    return new Letterbox(
        sourceWidth,
        sourceHeight,
        width,
        height,
        w,
        h,
        center ? (width - w) / 2 : 0,
        center ? (height - h) / 2 : 0);
  }

  /** The picture over the whole tensor, whatever becomes of its aspect. */
  public static Letterbox stretched(int sourceWidth, int sourceHeight, int width, int height) {
    return new Letterbox(sourceWidth, sourceHeight, width, height, width, height, 0, 0);
  }

  /** Column of the source picture, in pixels, for a column of the tensor. */
  public double toSourceX(double x) {
    return (x - left) * sourceWidth / scaledWidth;
  }

  /** Row of the source picture, in pixels, for a row of the tensor. */
  public double toSourceY(double y) {
    return (y - top) * sourceHeight / scaledHeight;
  }

  /** Column of the tensor for a column of the source picture. */
  public double toTensorX(double x) {
    return x * scaledWidth / sourceWidth + left;
  }

  /** Row of the tensor for a row of the source picture. */
  public double toTensorY(double y) {
    return y * scaledHeight / sourceHeight + top;
  }
}
