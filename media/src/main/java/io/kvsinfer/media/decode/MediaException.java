package io.kvsinfer.media.decode;

/** Media that cannot be read, decoded or written. The message says what and where. */
public final class MediaException extends Exception {
  private static final long serialVersionUID = 1L;

  public MediaException(String message) {
    super(message);
  }

  public MediaException(String message, Throwable cause) {
    super(message, cause);
  }
}
