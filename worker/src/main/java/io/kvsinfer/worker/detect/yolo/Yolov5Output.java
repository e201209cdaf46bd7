package io.kvsinfer.worker.detect.yolo;

/**
 * YOLOv5 and v7: {@code [1, rows, 5 + classes]}, a row being centre x, centre y, width, height in
 * pixels, objectness, class scores. Confidence = objectness × class score.
 */
record Yolov5Output(int rows, int classes) implements OutputReader {
  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    float least = OutputReader.least(thresholds);
    int columns = 5 + classes;
    for (int row = 0, at = 0; row < rows; row++, at += columns) {
      float objectness = output[at + 4];
      if (objectness >= least) {
        int label = OutputReader.best(output, at + 5, classes);
        float confidence = objectness * output[at + 5 + label];
        if (confidence >= thresholds[label]) {
          into.addCentre(
              output[at], output[at + 1], output[at + 2], output[at + 3], confidence, label, row);
        }
      }
    }
  }
}
