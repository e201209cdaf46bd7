package io.kvsinfer.local.scene;

/** Smooth value noise in one and two dimensions, the same at every run. */
final class Noise {
  private Noise() {}

  /** A repeatable value in 0..1 for a lattice point. */
  static double at(int x, int y) {
    int h = x * 374761393 + y * 668265263;
    h = (h ^ (h >>> 13)) * 1274126177;
    return ((h ^ (h >>> 16)) & 0xffffff) / (double) 0xffffff;
  }

  /** Smooth noise in 0..1 with features about one unit wide. */
  static double smooth(double x, double y) {
    int xi = (int) Math.floor(x);
    int yi = (int) Math.floor(y);
    double fx = ease(x - xi);
    double fy = ease(y - yi);
    double top = at(xi, yi) * (1 - fx) + at(xi + 1, yi) * fx;
    double bottom = at(xi, yi + 1) * (1 - fx) + at(xi + 1, yi + 1) * fx;
    return top * (1 - fy) + bottom * fy;
  }

  /** Four octaves of {@link #smooth}, 0..1. */
  static double turbulence(double x, double y) {
    double sum = 0;
    double weight = 0.5;
    for (int octave = 0; octave < 4; octave++) {
      sum += weight * smooth(x, y);
      x = x * 2 + 17.3;
      y = y * 2 + 9.1;
      weight /= 2;
    }
    return sum / 0.9375;
  }

  private static double ease(double t) {
    return t * t * (3 - 2 * t);
  }
}
