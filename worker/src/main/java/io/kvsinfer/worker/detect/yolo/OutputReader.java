package io.kvsinfer.worker.detect.yolo;

/** Finds the boxes in a model's output: arrays in, candidates out, nothing kept. */
sealed interface OutputReader
    permits Yolov5Output,
        Yolov8Output,
        Yolov8RowsOutput,
        EndToEndOutput,
        NmsOutput,
        BoxesOutput,
        PairOutput,
        MapsOutput,
        YoloxOutput,
        LandmarksOutput,
        DetrOutput,
        DetrRowsOutput {
  /**
   * Adds every box whose best class reaches that class's threshold.
   *
   * @param output row-major values of the output that holds the boxes
   * @param thresholds by class index; infinite for classes that do not count
   */
  void read(float[] output, float[] thresholds, Candidates into);

  /** How many landmarks a prediction has. */
  default int points() {
    return 0;
  }

  /** Column of a landmark in the tensor. */
  default float pointX(float[] output, int row, int point) {
    throw new IllegalStateException("no landmarks");
  }

  /** Row of a landmark in the tensor. */
  default float pointY(float[] output, int row, int point) {
    throw new IllegalStateException("no landmarks");
  }

  /** The least of the thresholds, by which most rows are passed over at once. */
  static float least(float[] thresholds) {
    float least = Float.POSITIVE_INFINITY;
    for (float t : thresholds) {
      least = Math.min(least, t);
    }
    return least;
  }

  /** Index of the largest of {@code count} values from {@code from} on, counted from there. */
  static int best(float[] values, int from, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (values[from + i] > values[from + best]) {
        best = i;
      }
    }
    return best;
  }
}
