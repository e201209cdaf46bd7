package io.kvsinfer.worker.sample;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether something moves, from small grey pictures of the same view. Each cell is expected
 * where it was on average over the last seconds, the light of the whole picture taken out; it
 * changes when it and its neighbours leave that by more than they usually do, and connected cells
 * that change are motion. So slow light, flicker, rain and sensor noise are not, and what has come
 * to a stop stops being some seconds later. A function of its input. Not thread-safe.
 */
final class MotionDetector {
  /** Seconds over which a cell's brightness is remembered: what stops is still after a few. */
  private static final double MEMORY_SECONDS = 4;

  /** Seconds over which a cell's noise is learned. */
  private static final double NOISE_SECONDS = 30;

  /** Noise asks for this many times the least change at most, else traffic would blind a road. */
  private static final double MOST_NOISE = 3;

  private static final float FIRST_NOISE = 0.6f;

  private final MotionPicture size;
  private final boolean[] counting;
  private final MotionSensitivity sensitivity;
  private final float[] expected;
  private final float[] noise;
  private final float[] apart;
  private final float[] rows;
  private final boolean[] changed;
  private final int[] open;
  private @Nullable Instant newest;

  /**
   * @param counting cells in which motion counts, row by row
   */
  MotionDetector(MotionPicture size, boolean[] counting, MotionSensitivity sensitivity) {
    this.size = size;
    this.counting = counting.clone();
    this.sensitivity = sensitivity;
    this.expected = new float[size.cells()];
    this.noise = new float[size.cells()];
    this.apart = new float[size.cells()];
    this.rows = new float[size.cells()];
    this.changed = new boolean[size.cells()];
    this.open = new int[size.cells()];
  }

  /**
   * Whether something moves in a picture, which is learned from.
   *
   * @param capturedAt a picture older than the one before starts anew; the same one again tells
   *     nothing
   * @param grey brightness of each cell, row by row, unsigned
   */
  boolean moves(Instant capturedAt, byte[] grey) {
    if (grey.length != size.cells()) {
      throw new IllegalArgumentException(grey.length + " cells, must be " + size.cells());
    }
    Instant before = newest;
    newest = capturedAt;
    if (capturedAt.equals(before)) {
      return false;
    }
    if (before == null || capturedAt.isBefore(before)) {
      begin(grey);
      return false;
    }
    double seconds = Duration.between(before, capturedAt).toNanos() / 1e9;
    compare(grey, share(seconds, MEMORY_SECONDS), share(seconds, NOISE_SECONDS));
    return largest(sensitivity.cells()) >= sensitivity.cells();
  }

  private void begin(byte[] grey) {
    for (int i = 0; i < grey.length; i++) {
      expected[i] = grey[i] & 0xff;
      noise[i] = FIRST_NOISE;
    }
  }

  private void compare(byte[] grey, double memory, double learning) {
    LightChange light = LightChange.between(expected, grey);
    double most = sensitivity.levels() * MOST_NOISE;
    for (int i = 0; i < grey.length; i++) {
      float now = grey[i] & 0xff;
      apart[i] = (float) (now - light.applied(expected[i]));
      expected[i] += (float) (memory * (now - expected[i]));
    }
    smooth();
    for (int i = 0; i < grey.length; i++) {
      double difference = Math.abs(apart[i]);
      double limit = Math.clamp(sensitivity.noises() * noise[i], sensitivity.levels(), most);
      changed[i] = counting[i] && difference > limit;
      noise[i] += (float) (learning * (Math.min(difference, limit) - noise[i]));
    }
  }

  /**
   * Each cell takes the mean of itself and those around it: a drop of rain or a spark of noise
   * spreads out and fades, a thing of several cells stays.
   */
  private void smooth() {
    int width = size.width();
    for (int row = 0; row < size.height(); row++) {
      for (int x = 0; x < width; x++) {
        int left = row * width + Math.max(0, x - 1);
        int right = row * width + Math.min(width - 1, x + 1);
        rows[row * width + x] = apart[left] + apart[row * width + x] + apart[right];
      }
    }
    for (int row = 0; row < size.height(); row++) {
      for (int x = 0; x < width; x++) {
        int above = Math.max(0, row - 1) * width + x;
        int below = Math.min(size.height() - 1, row + 1) * width + x;
        apart[row * width + x] = (rows[above] + rows[row * width + x] + rows[below]) / 9;
      }
    }
  }

  /** Size of the largest group of changed cells, corners touching; {@code enough} ends it. */
  private int largest(int enough) {
    int largest = 0;
    for (int i = 0; i < changed.length && largest < enough; i++) {
      if (changed[i]) {
        largest = Math.max(largest, spread(i));
      }
    }
    return largest;
  }

  private int spread(int start) {
    int cells = 0;
    int waiting = 0;
    open[waiting++] = start;
    changed[start] = false;
    while (waiting > 0) {
      int cell = open[--waiting];
      cells++;
      int column = cell % size.width();
      int row = cell / size.width();
      for (int y = Math.max(0, row - 1); y <= Math.min(size.height() - 1, row + 1); y++) {
        for (int x = Math.max(0, column - 1); x <= Math.min(size.width() - 1, column + 1); x++) {
          int next = y * size.width() + x;
          if (changed[next]) {
            changed[next] = false;
            open[waiting++] = next;
          }
        }
      }
    }
    return cells;
  }

  private static double share(double seconds, double memory) {
    return 1 - StrictMath.exp(-seconds / memory);
  }
}
