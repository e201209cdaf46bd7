package io.kvsinfer.worker.detect.yolo;

/**
 * Boxes of all cells in one output and the scores of every class in another, both with or without
 * duplicates: {@code [1, rows, 4]} or {@code [1, 4, rows]}, and {@code [1, rows, classes]} or
 * {@code [1, classes, rows]}.
 *
 * @param boxesDown whether the numbers of a box lie across the rows of the output
 * @param scores of the other output
 * @param scoresDown whether those of a prediction do
 * @param corners whether boxes are corners, else centre and size
 * @param scaleX what they are multiplied by to be pixels of the tensor, likewise {@code scaleY}
 */
@SuppressWarnings("ArrayRecordComponent") // handed through for one frame, never compared
record PairOutput(
    int rows,
    int classes,
    boolean boxesDown,
    float[] scores,
    boolean scoresDown,
    boolean corners,
    float scaleX,
    float scaleY)
    implements OutputReader {
  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    int step = scoresDown ? rows : 1;
    int side = boxesDown ? rows : 1;
    for (int row = 0; row < rows; row++) {
      int first = scoresDown ? row : row * classes;
      int label = 0;
      for (int c = 1; c < classes; c++) {
        label = scores[first + c * step] > scores[first + label * step] ? c : label;
      }
      float score = scores[first + label * step];
      if (score >= thresholds[label]) {
        int at = boxesDown ? row : row * 4;
        float a = output[at] * scaleX;
        float b = output[at + side] * scaleY;
        float c = output[at + 2 * side] * scaleX;
        float d = output[at + 3 * side] * scaleY;
        if (corners) {
          into.addCorners(a, b, c, d, score, label, row);
        } else {
          into.addCentre(a, b, c, d, score, label, row);
        }
      }
    }
  }
}
