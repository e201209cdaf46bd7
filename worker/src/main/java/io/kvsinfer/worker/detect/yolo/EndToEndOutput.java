package io.kvsinfer.worker.detect.yolo;

/**
 * YOLOv10 and 26 end to end: {@code [1, rows, 6]}, a row being x1, y1, x2, y2 in pixels, score,
 * class index. Duplicates are already gone.
 */
record EndToEndOutput(int rows) implements OutputReader {
  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    for (int row = 0, at = 0; row < rows; row++, at += 6) {
      int label = Math.round(output[at + 5]);
      if (label >= 0 && label < thresholds.length && output[at + 4] >= thresholds[label]) {
        into.addCorners(
            output[at], output[at + 1], output[at + 2], output[at + 3], output[at + 4], label, row);
      }
    }
  }
}
