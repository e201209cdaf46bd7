package io.kvsinfer.contract.settings;

/**
 * Temporal confirmation: an object counts once it was seen in {@code hits} of its last {@code
 * window} looked-at frames.
 *
 * @param hits 1..window
 * @param window at least 1
 */
public record ConfirmSettings(int hits, int window) {
  /** The defaults. */
  public static ConfirmSettings defaults() {
    return new ConfirmSettings(3, 5);
  }
}
