package io.kvsinfer.worker.detect;

import org.jspecify.annotations.Nullable;

/**
 * A detector could not be made or failed on a frame; the message says what would be right. {@link
 * DetectorRefusedException} is the kind that does not pass by itself.
 */
public class DetectorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DetectorException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public DetectorException(String message) {
    this(message, null);
  }
}
