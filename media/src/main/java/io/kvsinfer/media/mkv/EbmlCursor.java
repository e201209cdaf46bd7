package io.kvsinfer.media.mkv;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The elements inside a body that is in memory. */
final class EbmlCursor {
  private final byte[] bytes;
  private final long base;
  private final int end;
  private int at;
  private int bodyStart;
  private int bodyEnd;

  private EbmlCursor(byte[] bytes, long base, int start, int end) {
    this.bytes = bytes;
    this.base = base;
    this.at = start;
    this.end = end;
  }

  /**
   * Over a whole body.
   *
   * @param base where it begins in the stream
   */
  static EbmlCursor over(byte[] body, long base) {
    return new EbmlCursor(body, base, 0, body.length);
  }

  boolean hasNext() {
    return at < end;
  }

  /** Moves to the next element and gives its id. */
  int next() throws MatroskaException {
    int start = at;
    int idLength = Integer.numberOfLeadingZeros(bytes[at] & 0xff) - 23;
    if (idLength > 4) {
      throw new MatroskaException(
          "no element begins with 0x%02X".formatted(bytes[at] & 0xff), base + at);
    }
    require(start, idLength + 1);
    int id = 0;
    for (int i = 0; i < idLength; i++) {
      id = (id << 8) | (bytes[at++] & 0xff);
    }
    int sizeLength = Integer.numberOfLeadingZeros(bytes[at] & 0xff) - 23;
    if (sizeLength > 8) {
      throw new MatroskaException("an element's size has more than 8 bytes", base + at);
    }
    require(start, sizeLength);
    long size = bytes[at++] & 0xff >> sizeLength;
    for (int i = 1; i < sizeLength; i++) {
      size = (size << 8) | (bytes[at++] & 0xff);
    }
    if (size > end - at) {
      throw new MatroskaException(
          "element %s claims %d bytes, %d are left of its parent"
              .formatted(Ids.hex(id), size, end - at),
          base + start);
    }
    bodyStart = at;
    bodyEnd = at + (int) size;
    at = bodyEnd;
    return id;
  }

  private void require(int start, int more) throws MatroskaException {
    if (end - at < more) {
      throw new MatroskaException("an element's header is cut off by its parent", base + start);
    }
  }

  /** Where the current element's body begins in the stream. */
  long offset() {
    return base + bodyStart;
  }

  /** The elements inside the current one. */
  EbmlCursor inside() {
    return new EbmlCursor(bytes, base, bodyStart, bodyEnd);
  }

  /** The current element as an unsigned number. */
  long number() throws MatroskaException {
    if (bodyEnd - bodyStart > Long.BYTES) {
      throw new MatroskaException("a number of %d bytes".formatted(bodyEnd - bodyStart), offset());
    }
    return number(body(), offset());
  }

  /** Up to eight bytes as an unsigned number, found at {@code offset} of the stream. */
  static long number(byte[] bytes, long offset) throws MatroskaException {
    long value = 0;
    for (byte b : bytes) {
      value = (value << 8) | (b & 0xff);
    }
    if (value < 0) {
      throw new MatroskaException("a number of 2^63 or more", offset);
    }
    return value;
  }

  /** The current element as a number within 0..{@code most}. */
  int number(int most) throws MatroskaException {
    long value = number();
    if (value > most) {
      throw new MatroskaException(
          "%d where at most %d is allowed".formatted(value, most), offset());
    }
    return (int) value;
  }

  /** The current element as text, up to a zero byte. */
  String text() {
    int length = bodyStart;
    while (length < bodyEnd && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, bodyStart, length - bodyStart, StandardCharsets.UTF_8);
  }

  /** A copy of the current element's body. */
  byte[] body() {
    return Arrays.copyOfRange(bytes, bodyStart, bodyEnd);
  }
}
