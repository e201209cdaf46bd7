package io.kvsinfer.contract.geometry;

import java.util.List;

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
