package io.kvsinfer.worker.sample;

/**
 * Size of the small grey picture in which motion is looked for: its cells are about a fiftieth of
 * the frame's height, which averages sensor noise away and still holds a person a dozen cells.
 *
 * @param width cells
 * @param height cells
 */
public record MotionPicture(int width, int height) {
  private static final int LONGER_SIDE = 96;

  /** For a frame of this size in pixels; never more cells than every other pixel. */
  public static MotionPicture of(int frameWidth, int frameHeight) {
    double scale = Math.min(0.5, (double) LONGER_SIDE / Math.max(frameWidth, frameHeight));
    return new MotionPicture(
        Math.max(1, (int) Math.round(frameWidth * scale)),
        Math.max(1, (int) Math.round(frameHeight * scale)));
  }

  /** Number of cells. */
  int cells() {
    return width * height;
  }
}
