package io.kvsinfer.worker.detect;

/**
 * What a process shares among its detectors.
 *
 * @param models sessions, one per model and device
 * @param device {@code auto}, {@code cpu}, {@code cuda:N}, {@code tensorrt:N} as the settings say
 * @param listener hears of every inference
 */
public record DetectorContext(Models models, String device, InferenceListener listener) {
  /** Without a listener. */
  public DetectorContext(Models models, String device) {
    this(models, device, InferenceListener.NONE);
  }
}
