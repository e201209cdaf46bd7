package io.kvsinfer.worker.detect.yolo;

/**
 * YOLOX: {@code [1, rows, 5 + classes]}, one row for each cell of the grids of strides 8, 16, 32 in
 * this order, each grid by rows. Undecoded, x = (o₀ + column) · stride, y likewise, width = exp(o₂)
 * · stride, height likewise; decoded, they are pixels. Confidence = objectness × class score, both
 * sigmoids already.
 *
 * @param width of the input in pixels
 * @param height of the input in pixels
 * @param decoded whether the export did the arithmetic
 */
record YoloxOutput(int width, int height, int classes, boolean decoded) implements OutputReader {
  private static final int[] STRIDES = {8, 16, 32};

  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    float least = OutputReader.least(thresholds);
    int row = 0;
    for (int stride : STRIDES) {
      for (int y = 0; y < height / stride; y++) {
        for (int x = 0; x < width / stride; x++, row++) {
          int at = row * (5 + classes);
          float objectness = output[at + 4];
          if (objectness >= least) {
            int label = OutputReader.best(output, at + 5, classes);
            float confidence = objectness * output[at + 5 + label];
            if (confidence >= thresholds[label]) {
              add(output, at, x, y, stride, confidence, label, row, into);
            }
          }
        }
      }
    }
  }

  private void add(
      float[] output,
      int at,
      int x,
      int y,
      int stride,
      float confidence,
      int label,
      int row,
      Candidates into) {
    if (decoded) {
      into.addCentre(
          output[at], output[at + 1], output[at + 2], output[at + 3], confidence, label, row);
    } else {
      into.addCentre(
          (output[at] + x) * stride,
          (output[at + 1] + y) * stride,
          (float) Math.exp(output[at + 2]) * stride,
          (float) Math.exp(output[at + 3]) * stride,
          confidence,
          label,
          row);
    }
  }
}
