package io.kvsinfer.worker.detect.yolo;

/**
 * Rows from which the model has taken the duplicates, of all pictures one after the other: {@code
 * [rows, columns]}, as many as there are objects.
 *
 * @param columns of a row
 * @param picture column of the picture's index; -1 = the first {@code rows} are of the first
 *     picture
 * @param corners first of the columns of x1, y1, x2, y2
 * @param score column of the score
 * @param label column of the class index
 * @param scaleX what the corners are multiplied by to be pixels of the tensor, likewise {@code
 *     scaleY}
 */
record NmsOutput(
    int rows,
    int columns,
    int picture,
    int corners,
    int score,
    int label,
    float scaleX,
    float scaleY)
    implements OutputReader {
  /** YOLOv7's and v6's: picture, corners in pixels, class, score. */
  static NmsOutput yolov7(int rows) {
    return new NmsOutput(rows, 7, 0, 1, 6, 5, 1, 1);
  }

  /** YOLO-NAS's: picture, corners in pixels, score, class. */
  static NmsOutput yoloNas(int rows) {
    return new NmsOutput(rows, 7, 0, 1, 5, 6, 1, 1);
  }

  /** PaddleDetection's: class, score, corners. */
  static NmsOutput paddle(int rows, float scaleX, float scaleY) {
    return new NmsOutput(rows, 6, -1, 2, 1, 0, scaleX, scaleY);
  }

  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    for (int row = 0, at = 0; row < rows; row++, at += columns) {
      int index = Math.round(output[at + label]);
      boolean ours = picture < 0 || Math.round(output[at + picture]) == 0;
      if (ours
          && index >= 0
          && index < thresholds.length
          && output[at + score] >= thresholds[index]) {
        into.addCorners(
            output[at + corners] * scaleX,
            output[at + corners + 1] * scaleY,
            output[at + corners + 2] * scaleX,
            output[at + corners + 3] * scaleY,
            output[at + score],
            index,
            row);
      }
    }
  }
}
