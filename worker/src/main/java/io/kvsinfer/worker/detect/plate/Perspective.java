package io.kvsinfer.worker.detect.plate;

import io.kvsinfer.contract.geometry.Point;
import java.util.List;

/**
 * Maps the unit square onto a quadrangle as a plane seen in perspective (Heckbert, "Fundamentals of
 * Texture Mapping and Image Warping", 1989, section 2.2.3): 0, 0 is its first corner, 1, 0 its
 * second, 1, 1 its third.
 */
record Perspective(double a, double b, double c, double d, double e, double f, double g, double h) {

  /**
   * The mapping onto a convex quadrangle.
   *
   * @param corners top-left, top-right, bottom-right, bottom-left, in any space
   */
  static Perspective onto(List<Point> corners) {
    Point p0 = corners.get(0);
    Point p1 = corners.get(1);
    Point p2 = corners.get(2);
    Point p3 = corners.get(3);
    double dx1 = p1.x() - p2.x();
    double dx2 = p3.x() - p2.x();
    double dy1 = p1.y() - p2.y();
    double dy2 = p3.y() - p2.y();
    double sx = p0.x() - p1.x() + p2.x() - p3.x();
    double sy = p0.y() - p1.y() + p2.y() - p3.y();
    double determinant = dx1 * dy2 - dy1 * dx2;
    double g = (sx * dy2 - sy * dx2) / determinant;
    double h = (dx1 * sy - dy1 * sx) / determinant;
    return new Perspective(
        p1.x() - p0.x() + g * p1.x(),
        p3.x() - p0.x() + h * p3.x(),
        p0.x(),
        p1.y() - p0.y() + g * p1.y(),
        p3.y() - p0.y() + h * p3.y(),
        p0.y(),
        g,
        h);
  }

  double x(double u, double v) {
    return (a * u + b * v + c) / (g * u + h * v + 1);
  }

  double y(double u, double v) {
    return (d * u + e * v + f) / (g * u + h * v + 1);
  }
}
