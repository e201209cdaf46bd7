package io.kvsinfer.worker.sample;

/**
 * What counts as motion, from the setting {@code motion.sensitivity}, 0 to 1. In the middle a
 * change of 5 of 255 grey levels over 6 connected cells of a {@link MotionPicture} counts.
 *
 * @param levels least change of a cell and those around it, in grey levels
 * @param noises least change of a cell, in mean deviations of that cell
 * @param cells least number of connected cells that change
 * @param sizeRatio least rise of the bytes between keyframes, as a ratio
 * @param sizeNoises least rise of these, in mean deviations of their logarithm
 */
record MotionSensitivity(
    double levels, double noises, int cells, double sizeRatio, double sizeNoises) {
  static MotionSensitivity of(double sensitivity) {
    return new MotionSensitivity(
        between(15, 1.7, sensitivity),
        between(12, 4, sensitivity),
        (int) Math.round(between(12, 3, sensitivity)),
        between(2, 1.15, sensitivity),
        between(8, 3, sensitivity));
  }

  /** In equal ratios from {@code least} to {@code most} sensitive. */
  private static double between(double least, double most, double sensitivity) {
    return least * StrictMath.pow(most / least, sensitivity);
  }
}
