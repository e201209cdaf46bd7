package io.kvsinfer.worker.detect.yolo;

/**
 * RT-DETR, D-FINE and their like: {@code [1, queries, 4]} boxes, centre x, centre y, width, height
 * from 0 to 1 of the input, and {@code [1, queries, classes]} scores, in an output of their own or
 * behind the boxes. Scores outside of 0..1 are logits of a sigmoid. Each object has one query.
 *
 * @param classes scores of a query that count
 * @param columns scores of a query; more than count where the last is that of nothing
 * @param width of the input in pixels
 * @param height of the input in pixels
 * @param scores of the other output; null where they stand behind the boxes
 */
@SuppressWarnings("ArrayRecordComponent") // handed through for one frame, never compared
record DetrOutput(
    int queries,
    int classes,
    int columns,
    int width,
    int height,
    float @org.jspecify.annotations.Nullable [] scores)
    implements OutputReader {
  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    int step = scores == null ? 4 + columns : 4;
    boolean logits = areLogits(output);
    for (int row = 0; row < queries; row++) {
      float[] from = scores == null ? output : scores;
      int first = scores == null ? row * step + 4 : row * columns;
      int label = OutputReader.best(from, first, classes);
      float confidence =
          logits ? (float) (1 / (1 + StrictMath.exp(-from[first + label]))) : from[first + label];
      if (confidence >= thresholds[label]) {
        int at = row * step;
        into.addCentre(
            output[at] * width,
            output[at + 1] * height,
            output[at + 2] * width,
            output[at + 3] * height,
            confidence,
            label,
            row);
      }
    }
  }

  private boolean areLogits(float[] output) {
    for (int row = 0; row < queries; row++) {
      for (int c = 0; c < classes; c++) {
        float value =
            scores == null ? output[row * (4 + columns) + 4 + c] : scores[row * columns + c];
        if (value < 0 || value > 1) {
          return true;
        }
      }
    }
    return false;
  }
}
