package io.kvsinfer.worker.source;

import org.jspecify.annotations.Nullable;

/** KVS refused or did not answer: not found, access denied, wrong region, no retention. */
public sealed class KvsConnectionException extends FrameSourceException
    permits NoMediaException, ThrottledException {
  private static final long serialVersionUID = 1L;

  public KvsConnectionException(String message, boolean permanent, @Nullable Throwable cause) {
    super(message, permanent, cause);
  }
}
