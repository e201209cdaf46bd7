package io.kvsinfer.worker.detect.yolo;

import org.jspecify.annotations.Nullable;

/**
 * Boxes, scores and classes in outputs of their own, duplicates already gone: {@code [1, rows, 4]}
 * corners, {@code [1, rows]} scores, {@code [1, rows]} class indices.
 *
 * @param rows that count
 * @param columns of a box: 4, or 5 where its score stands behind it
 * @param scores null where they stand behind the boxes
 * @param scaleX what the corners are multiplied by to be pixels of the tensor, likewise {@code
 *     scaleY}
 */
@SuppressWarnings("ArrayRecordComponent") // handed through for one frame, never compared
record BoxesOutput(
    int rows, int columns, float @Nullable [] scores, float[] labels, float scaleX, float scaleY)
    implements OutputReader {
  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    for (int row = 0, at = 0; row < rows; row++, at += columns) {
      int label = Math.round(labels[row]);
      float score = scores == null ? output[at + 4] : scores[row];
      if (label >= 0 && label < thresholds.length && score >= thresholds[label]) {
        into.addCorners(
            output[at] * scaleX,
            output[at + 1] * scaleY,
            output[at + 2] * scaleX,
            output[at + 3] * scaleY,
            score,
            label,
            row);
      }
    }
  }
}
