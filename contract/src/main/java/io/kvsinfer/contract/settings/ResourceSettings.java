package io.kvsinfer.contract.settings;

import org.jspecify.annotations.Nullable;

/**
 * What the worker of this camera runs on.
 *
 * @param device {@code auto}, {@code cpu}, {@code cuda:N} or {@code tensorrt:N}
 * @param pool name of a capacity pool; null = one task per stream
 */
public record ResourceSettings(String device, @Nullable String pool) {
  /** The defaults. */
  public static ResourceSettings defaults() {
    return new ResourceSettings("auto", null);
  }
}
