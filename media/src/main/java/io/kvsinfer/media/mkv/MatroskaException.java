package io.kvsinfer.media.mkv;

/** Bytes that are not Matroska, or more than a reader accepts, and where they stand. */
public final class MatroskaException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long offset;

  public MatroskaException(String message, long offset) {
    super(message + " (at byte " + offset + ")");
    this.offset = offset;
  }

  /** Bytes of the stream before the element that is wrong. */
  public long offset() {
    return offset;
  }
}
