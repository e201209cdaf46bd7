package io.kvsinfer.contract.geometry;

/**
 * An upright rectangle, top-left origin. The coordinate space is that of the value that holds it:
 * 0..1 of the picture in events and settings, pixels of the input picture in detections.
 *
 * @param x left edge
 * @param y top edge
 * @param width not negative
 * @param height not negative
 */
public record Box(double x, double y, double width, double height) {
  public Box {
    boolean finite = Double.isFinite(x + width) && Double.isFinite(y + height);
    if (!(width >= 0) || !(height >= 0) || !finite) {
      throw new IllegalArgumentException(
          "box x=%s y=%s width=%s height=%s: width and height must not be negative, all finite"
              .formatted(x, y, width, height));
    }
  }

  /** The box between two opposite corners given in any order. */
  public static Box ofCorners(double x1, double y1, double x2, double y2) {
    return new Box(Math.min(x1, x2), Math.min(y1, y2), Math.abs(x2 - x1), Math.abs(y2 - y1));
  }

  public double right() {
    return x + width;
  }

  public double bottom() {
    return y + height;
  }

  public double area() {
    return width * height;
  }

  public Point center() {
    return new Point(x + width / 2, y + height / 2);
  }

  /** The middle of the lower edge, where an object stands. */
  public Point bottomCenter() {
    return new Point(x + width / 2, y + height);
  }

  /** This box with x and width multiplied by {@code sx}, y and height by {@code sy}. */
  public Box scaled(double sx, double sy) {
    return new Box(x * sx, y * sy, width * sx, height * sy);
  }

  /** The part of this box inside {@code [0, maxX] × [0, maxY]}; may be empty. */
  public Box clipped(double maxX, double maxY) {
    double left = Math.clamp(x, 0, maxX);
    double top = Math.clamp(y, 0, maxY);
    return new Box(
        left, top, Math.clamp(right(), 0, maxX) - left, Math.clamp(bottom(), 0, maxY) - top);
  }

  /** Area shared with {@code other}. */
  public double intersection(Box other) {
    double w = Math.min(right(), other.right()) - Math.max(x, other.x);
    double h = Math.min(bottom(), other.bottom()) - Math.max(y, other.y);
    return w <= 0 || h <= 0 ? 0 : w * h;
  }

  /** Intersection over union, 0..1; 0 when both are empty. */
  public double iou(Box other) {
    double shared = intersection(other);
    double union = area() + other.area() - shared;
    return union <= 0 ? 0 : shared / union;
  }
}
