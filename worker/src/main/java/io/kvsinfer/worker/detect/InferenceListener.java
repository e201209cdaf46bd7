package io.kvsinfer.worker.detect;

/** Told of every inference; called on the detector's thread, so it must be quick. */
@FunctionalInterface
public interface InferenceListener {
  /** Hears nothing. */
  InferenceListener NONE = (type, model, device, seconds) -> {};

  /**
   * One run of a model ended.
   *
   * @param type detector type
   * @param model name of the model
   * @param device as {@link Detector#device}
   * @param seconds in the runtime, scaling and post-processing not included
   */
  void inferred(String type, String model, String device, double seconds);
}
