package io.kvsinfer.worker.detect.yolo;

/**
 * YOLOv8, v9, 11 and v12: {@code [1, 4 + classes + points × numbers, columns]}, so one prediction
 * lies across the rows: centre x, centre y, width, height in pixels, class scores, landmarks. There
 * is no objectness.
 *
 * @param points landmarks; 0 = none
 * @param numbers of each landmark: x, y in pixels, perhaps how visible it is
 */
record Yolov8Output(int columns, int classes, int points, int numbers) implements OutputReader {
  Yolov8Output(int columns, int classes) {
    this(columns, classes, 0, 0);
  }

  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    // Row by row as it lies in memory: best class of every column first.
    float[] best = new float[columns];
    int[] label = new int[columns];
    System.arraycopy(output, 4 * columns, best, 0, columns);
    for (int c = 1; c < classes; c++) {
      int at = (4 + c) * columns;
      for (int i = 0; i < columns; i++) {
        if (output[at + i] > best[i]) {
          best[i] = output[at + i];
          label[i] = c;
        }
      }
    }
    for (int i = 0; i < columns; i++) {
      if (best[i] >= thresholds[label[i]]) {
        into.addCentre(
            output[i],
            output[columns + i],
            output[2 * columns + i],
            output[3 * columns + i],
            best[i],
            label[i],
            i);
      }
    }
  }

  @Override
  public float pointX(float[] output, int row, int point) {
    return output[(4 + classes + point * numbers) * columns + row];
  }

  @Override
  public float pointY(float[] output, int row, int point) {
    return output[(4 + classes + point * numbers + 1) * columns + row];
  }
}
