package io.kvsinfer.worker.source;

import org.jspecify.annotations.Nullable;

/** Playlists or segments of an HLS session could not be read. */
public final class HlsStreamException extends FrameSourceException {
  private static final long serialVersionUID = 1L;

  public HlsStreamException(String message, boolean permanent, @Nullable Throwable cause) {
    super(message, permanent, cause);
  }
}
