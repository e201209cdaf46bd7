package io.kvsinfer.worker.source;

import org.jspecify.annotations.Nullable;

/** KVS asks for fewer calls: one more at once would only make it worse. */
public final class ThrottledException extends KvsConnectionException {
  private static final long serialVersionUID = 1L;

  public ThrottledException(String message, @Nullable Throwable cause) {
    super(message, false, cause);
  }
}
