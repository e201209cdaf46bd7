package io.kvsinfer.worker.source;

import org.jspecify.annotations.Nullable;

/** KVS has the stream and no media where it was asked for: now, or in a range of time. */
public final class NoMediaException extends KvsConnectionException {
  private static final long serialVersionUID = 1L;

  public NoMediaException(String message, @Nullable Throwable cause) {
    super(message, false, cause);
  }
}
