package io.kvsinfer.store;

import org.jspecify.annotations.Nullable;

/** A row of a table does not have the shape this version writes; the message names row and part. */
public final class UnreadableItemException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  UnreadableItemException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
