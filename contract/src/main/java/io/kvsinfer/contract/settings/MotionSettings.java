package io.kvsinfer.contract.settings;

/**
 * Motion gate.
 *
 * @param enabled whether an idle camera falls to its keyframes
 * @param sensitivity 0..1, higher wakes on less
 * @param heartbeatSeconds a look at least this often regardless
 */
public record MotionSettings(boolean enabled, double sensitivity, double heartbeatSeconds) {
  /** The defaults. */
  public static MotionSettings defaults() {
    return new MotionSettings(true, 0.5, 10);
  }
}
