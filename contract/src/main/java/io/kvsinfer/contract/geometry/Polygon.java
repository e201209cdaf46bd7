package io.kvsinfer.contract.geometry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A closed polygon of at least three points, 0..1 of the picture; the last point joins the first.
 *
 * @param points the corners in order
 */
public record Polygon(List<Point> points) {
  public Polygon {
    points = List.copyOf(points);
    if (points.size() < 3) {
      throw new IllegalArgumentException("a polygon needs at least 3 points, has " + points.size());
    }
  }

  /** Share of a box's area that lies inside, 0..1; 0 for an empty box. */
  public double share(Box box) {
    if (box.area() <= 0) {
      return 0;
    }
    List<Point> left = points;
    left = cut(left, p -> p.x() - box.x());
    left = cut(left, p -> box.right() - p.x());
    left = cut(left, p -> p.y() - box.y());
    left = cut(left, p -> box.bottom() - p.y());
    return Math.clamp(area(left) / box.area(), 0, 1);
  }

  /** The part where {@code inside} is not negative; it is linear along a side. */
  private static List<Point> cut(List<Point> points, ToDoubleFunction<Point> inside) {
    List<Point> kept = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      Point a = points.get(i);
      Point b = points.get((i + 1) % points.size());
      double atA = inside.applyAsDouble(a);
      double atB = inside.applyAsDouble(b);
      if (atA >= 0) {
        kept.add(a);
      }
      if (atA * atB < 0) {
        double t = atA / (atA - atB);
        kept.add(new Point(a.x() + t * (b.x() - a.x()), a.y() + t * (b.y() - a.y())));
      }
    }
    return kept;
  }

  private static double area(List<Point> points) {
    double twice = 0;
    for (int i = 0; i < points.size(); i++) {
      Point a = points.get(i);
      Point b = points.get((i + 1) % points.size());
      twice += a.x() * b.y() - b.x() * a.y();
    }
    return Math.abs(twice) / 2;
  }

  /** Whether {@code p} lies inside, by the even-odd rule. */
  public boolean contains(Point p) {
    boolean inside = false;
    for (int i = 0, j = points.size() - 1; i < points.size(); j = i++) {
      Point a = points.get(i);
      Point b = points.get(j);
      if ((a.y() > p.y()) != (b.y() > p.y())
          && p.x() < (b.x() - a.x()) * (p.y() - a.y()) / (b.y() - a.y()) + a.x()) {
        inside = !inside;
      }
    }
    return inside;
  }
}
