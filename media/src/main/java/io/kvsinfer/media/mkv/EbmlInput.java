package io.kvsinfer.media.mkv;

import java.io.IOException;
import java.io.InputStream;

/** Element headers and bodies from a stream, with a count of its bytes. */
final class EbmlInput {
  /** An element's size where it was not known when it was begun. */
  static final long UNKNOWN = -1;

  /** The stream ended inside an element. */
  static final class EndInside extends Exception {
    private static final long serialVersionUID = 1L;

    EndInside() {
      super("the stream ended inside an element", null, false, false);
    }
  }

  private static final int SKIP_BUFFER = 8192;

  private final InputStream in;
  private long offset;

  EbmlInput(InputStream in) {
    this.in = in;
  }

  /** Bytes read so far. */
  long offset() {
    return offset;
  }

  /** The next element's id; -1 where the stream ends before it. */
  int id() throws IOException, MatroskaException, EndInside {
    int first = in.read();
    if (first < 0) {
      return -1;
    }
    long start = offset++;
    int length = Integer.numberOfLeadingZeros(first) - 23;
    if (length > 4) {
      throw new MatroskaException("no element begins with 0x%02X".formatted(first), start);
    }
    int id = first;
    for (int i = 1; i < length; i++) {
      id = id << 8 | octet();
    }
    return id;
  }

  /** An element's size in bytes, or {@link #UNKNOWN}. */
  long size() throws IOException, MatroskaException, EndInside {
    long start = offset;
    int first = octet();
    int length = Integer.numberOfLeadingZeros(first) - 23;
    if (length > 8) {
      throw new MatroskaException("an element's size has more than 8 bytes", start);
    }
    long value = first & 0xff >> length;
    for (int i = 1; i < length; i++) {
      value = value << 8 | octet();
    }
    return value == (1L << (7 * length)) - 1 ? UNKNOWN : value;
  }

  /** The next bytes; memory grows only as they come. */
  byte[] bytes(int length) throws IOException, EndInside {
    byte[] bytes = in.readNBytes(length);
    offset += bytes.length;
    if (bytes.length < length) {
      throw new EndInside();
    }
    return bytes;
  }

  void skip(long length) throws IOException, EndInside {
    byte[] sink = new byte[(int) Math.min(SKIP_BUFFER, length)];
    long left = length;
    while (left > 0) {
      int count = in.read(sink, 0, (int) Math.min(sink.length, left));
      if (count < 0) {
        throw new EndInside();
      }
      offset += count;
      left -= count;
    }
  }

  private int octet() throws IOException, EndInside {
    int value = in.read();
    if (value < 0) {
      throw new EndInside();
    }
    offset++;
    return value;
  }
}
