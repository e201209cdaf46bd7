package io.kvsinfer.worker.detect.yolo;

/**
 * YOLOv7 exported with its suppression: {@code [rows, 7]}, a row being index of the picture, x1,
 * y1, x2, y2 in pixels, class index, score. As many rows as there are objects.
 */
record NmsOutput(int rows) implements OutputReader {
  private static final int COLUMNS = 7;

  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    for (int row = 0, at = 0; row < rows; row++, at += COLUMNS) {
      int label = Math.round(output[at + 5]);
      boolean ours = Math.round(output[at]) == 0 && label >= 0 && label < thresholds.length;
      if (ours && output[at + 6] >= thresholds[label]) {
        into.addCorners(
            output[at + 1],
            output[at + 2],
            output[at + 3],
            output[at + 4],
            output[at + 6],
            label,
            row);
      }
    }
  }
}
