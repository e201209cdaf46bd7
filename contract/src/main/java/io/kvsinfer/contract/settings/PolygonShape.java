package io.kvsinfer.contract.settings;

import io.kvsinfer.contract.geometry.Point;
import java.util.List;
import java.util.Optional;

/** Whether points make a polygon with one clear inside. */
final class PolygonShape {
  private PolygonShape() {}

  /** What is wrong with the polygon, if anything. */
  static Optional<String> problem(List<Point> points) {
    int n = points.size();
    for (int i = 0; i < n; i++) {
      if (points.get(i).equals(points.get((i + 1) % n))) {
        return Optional.of("must not repeat a point: " + text(points.get(i)));
      }
    }
    for (int i = 0; i < n; i++) {
      Point a = points.get(i);
      Point b = points.get((i + 1) % n);
      Point next = points.get((i + 2) % n);
      if (turn(a, b, next) == 0 && dot(a, b, next) < 0) {
        return Optional.of("must not turn back on itself at " + text(b));
      }
      for (int j = i + 2; j < n; j++) {
        boolean neighbours = i == 0 && j == n - 1;
        if (!neighbours && meet(a, b, points.get(j), points.get((j + 1) % n))) {
          return Optional.of(
              "must not cross itself: the side from %s to %s meets the side from %s to %s"
                  .formatted(text(a), text(b), text(points.get(j)), text(points.get((j + 1) % n))));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether the two closed segments share a point. */
  private static boolean meet(Point a, Point b, Point c, Point d) {
    int c1 = turn(a, b, c);
    int d1 = turn(a, b, d);
    int a1 = turn(c, d, a);
    int b1 = turn(c, d, b);
    if (c1 != d1 && a1 != b1) {
      return true;
    }
    return (c1 == 0 && within(a, b, c))
        || (d1 == 0 && within(a, b, d))
        || (a1 == 0 && within(c, d, a))
        || (b1 == 0 && within(c, d, b));
  }

  /** 1 where a → b → c turns left, -1 right, 0 straight on. */
  private static int turn(Point a, Point b, Point c) {
    double cross = (b.x() - a.x()) * (c.y() - a.y()) - (b.y() - a.y()) * (c.x() - a.x());
    return Math.abs(cross) < 1e-12 ? 0 : (int) Math.signum(cross);
  }

  /** Sign of the way on: below 0 where c lies back towards a. */
  private static double dot(Point a, Point b, Point c) {
    return (b.x() - a.x()) * (c.x() - b.x()) + (b.y() - a.y()) * (c.y() - b.y());
  }

  private static boolean within(Point a, Point b, Point p) {
    return Math.min(a.x(), b.x()) <= p.x()
        && p.x() <= Math.max(a.x(), b.x())
        && Math.min(a.y(), b.y()) <= p.y()
        && p.y() <= Math.max(a.y(), b.y());
  }

  private static String text(Point p) {
    return "[" + p.x() + ", " + p.y() + "]";
  }
}
