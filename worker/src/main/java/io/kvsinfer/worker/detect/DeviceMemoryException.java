package io.kvsinfer.worker.detect;

import org.jspecify.annotations.Nullable;

/**
 * A device had no memory left for a model or for one of its runs. It may have some later: others
 * share it. The message says what to lower.
 */
public final class DeviceMemoryException extends DetectorException {
  private static final long serialVersionUID = 1L;

  public DeviceMemoryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
