package io.kvsinfer.worker.detect;

/**
 * What a process shares among its detectors.
 *
 * @param models sessions, one per model and device
 * @param device {@code auto}, {@code cpu}, {@code cuda:N}, {@code tensorrt:N} as the settings say
 */
public record DetectorContext(Models models, String device) {}
