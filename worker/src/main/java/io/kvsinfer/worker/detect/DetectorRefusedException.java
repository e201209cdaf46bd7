package io.kvsinfer.worker.detect;

import org.jspecify.annotations.Nullable;

/**
 * What the settings, a model file or a detector's jar ask for cannot be: trying again changes
 * nothing until somebody changes one of them. The message names the detector and what would be
 * right.
 */
public final class DetectorRefusedException extends DetectorException {
  private static final long serialVersionUID = 1L;

  public DetectorRefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public DetectorRefusedException(String message) {
    this(message, null);
  }
}
