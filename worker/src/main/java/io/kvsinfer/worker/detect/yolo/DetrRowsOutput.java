package io.kvsinfer.worker.detect.yolo;

/**
 * RT-DETR as newer exports have it: {@code [1, rows, 6]}, a row being centre x, centre y, width,
 * height from 0 to 1 of the input, score, class index. Each object has one row.
 *
 * @param width of the input in pixels
 * @param height of the input in pixels
 */
record DetrRowsOutput(int rows, int width, int height) implements OutputReader {
  private static final int COLUMNS = 6;

  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    for (int row = 0, at = 0; row < rows; row++, at += COLUMNS) {
      int label = Math.round(output[at + 5]);
      if (label >= 0 && label < thresholds.length && output[at + 4] >= thresholds[label]) {
        into.addCentre(
            output[at] * width,
            output[at + 1] * height,
            output[at + 2] * width,
            output[at + 3] * height,
            output[at + 4],
            label,
            row);
      }
    }
  }
}
