package io.kvsinfer.worker.source;

import org.jspecify.annotations.Nullable;

/** Answers of GetMedia broke or could not be read, again and again. */
public final class GetMediaStreamException extends FrameSourceException {
  private static final long serialVersionUID = 1L;

  public GetMediaStreamException(String message, boolean permanent, @Nullable Throwable cause) {
    super(message, permanent, cause);
  }
}
