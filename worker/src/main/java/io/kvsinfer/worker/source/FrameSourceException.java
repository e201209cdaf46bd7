package io.kvsinfer.worker.source;

import org.jspecify.annotations.Nullable;

/** A source gave up. The message says what happened and what to do, without secrets. */
public class FrameSourceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean permanent;

  /**
   * @param permanent whether trying again is of no use until somebody changes something
   */
  public FrameSourceException(String message, boolean permanent, @Nullable Throwable cause) {
    super(message, cause);
    this.permanent = permanent;
  }

  public boolean permanent() {
    return permanent;
  }
}
