package io.kvsinfer.worker.sample;

import java.util.Arrays;

/**
 * How the light of a whole picture changed against what is expected: brightness expected {@code m}
 * is now about {@code m + offset + slope · m}. Flicker, dusk, clouds and a camera's exposure are
 * changes of this kind. Medians of the darker and of the brighter half, so that what moves in the
 * picture does not take part.
 *
 * @param offset in grey levels
 * @param slope in grey levels per grey level
 */
record LightChange(double offset, double slope) {
  private static final double MOST_SLOPE = 1.5;
  private static final int LEAST_CONTRAST = 8;

  /** The change from {@code expected} to {@code seen}, which are of the same length. */
  static LightChange between(float[] expected, byte[] seen) {
    double mean = 0;
    for (float m : expected) {
      mean += m;
    }
    mean /= expected.length;
    float[] dark = new float[expected.length];
    float[] bright = new float[expected.length];
    int darks = 0;
    int brights = 0;
    double darkSum = 0;
    double brightSum = 0;
    for (int i = 0; i < expected.length; i++) {
      float difference = (seen[i] & 0xff) - expected[i];
      if (expected[i] < mean) {
        dark[darks++] = difference;
        darkSum += expected[i];
      } else {
        bright[brights++] = difference;
        brightSum += expected[i];
      }
    }
    double above = median(bright, brights);
    if (darks == 0 || brightSum / brights - darkSum / darks < LEAST_CONTRAST) {
      return new LightChange(darks == 0 ? above : (above + median(dark, darks)) / 2, 0);
    }
    double below = median(dark, darks);
    double darkMean = darkSum / darks;
    double slope = (above - below) / (brightSum / brights - darkMean);
    slope = Math.clamp(slope, -MOST_SLOPE, MOST_SLOPE);
    return new LightChange(below - slope * darkMean, slope);
  }

  /** What brightness {@code m} has become. */
  double applied(double m) {
    return m + offset + slope * m;
  }

  private static double median(float[] values, int count) {
    Arrays.sort(values, 0, count);
    return values[count / 2];
  }
}
