package io.kvsinfer.worker.detect.yolo;

/**
 * Detectors of the YOLOv5-face kind: {@code [1, rows, 5 + 2 × points + classes]}, a row being
 * centre x, centre y, width, height in pixels, objectness, landmarks as x, y in pixels (of a plate
 * its corners: top-left, top-right, bottom-right, bottom-left), class scores.
 */
record LandmarksOutput(int rows, int classes, int points) implements OutputReader {
  private static final int LANDMARKS = 5;

  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    float least = OutputReader.least(thresholds);
    int scores = LANDMARKS + 2 * points;
    int columns = scores + classes;
    for (int row = 0, at = 0; row < rows; row++, at += columns) {
      float objectness = output[at + 4];
      if (objectness >= least) {
        int label = OutputReader.best(output, at + scores, classes);
        float confidence = objectness * output[at + scores + label];
        if (confidence >= thresholds[label]) {
          into.addCentre(
              output[at], output[at + 1], output[at + 2], output[at + 3], confidence, label, row);
        }
      }
    }
  }

  @Override
  public int points() {
    return points;
  }

  @Override
  public float pointX(float[] output, int row, int point) {
    return output[row * (LANDMARKS + 2 * points + classes) + LANDMARKS + 2 * point];
  }

  @Override
  public float pointY(float[] output, int row, int point) {
    return output[row * (LANDMARKS + 2 * points + classes) + LANDMARKS + 2 * point + 1];
  }
}
