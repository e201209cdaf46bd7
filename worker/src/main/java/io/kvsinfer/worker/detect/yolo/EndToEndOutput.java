package io.kvsinfer.worker.detect.yolo;

/**
 * YOLOv10 and 26 end to end, and others that suppress duplicates themselves: {@code [1, rows, 6 +
 * points × numbers]}, a row being x1, y1, x2, y2 in pixels, score, class index, landmarks.
 * Duplicates are already gone.
 *
 * @param points landmarks; 0 = none
 * @param numbers of each landmark: x, y in pixels, perhaps how visible it is
 */
record EndToEndOutput(int rows, int points, int numbers) implements OutputReader {
  private static final int LANDMARKS = 6;

  EndToEndOutput(int rows) {
    this(rows, 0, 0);
  }

  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    int columns = LANDMARKS + points * numbers;
    for (int row = 0, at = 0; row < rows; row++, at += columns) {
      int label = Math.round(output[at + 5]);
      if (label >= 0 && label < thresholds.length && output[at + 4] >= thresholds[label]) {
        into.addCorners(
            output[at], output[at + 1], output[at + 2], output[at + 3], output[at + 4], label, row);
      }
    }
  }

  @Override
  public float pointX(float[] output, int row, int point) {
    return output[row * (LANDMARKS + points * numbers) + LANDMARKS + point * numbers];
  }

  @Override
  public float pointY(float[] output, int row, int point) {
    return output[row * (LANDMARKS + points * numbers) + LANDMARKS + point * numbers + 1];
  }
}
