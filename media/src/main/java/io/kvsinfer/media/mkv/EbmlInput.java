package io.kvsinfer.media.mkv;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

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
  private static final int LONGEST_HEAD = 12;
  private static final int HEADER_BYTES = 4;

  private final InputStream in;
  private long offset;

  /** Id and size of the current element, as far as they are read. */
  private final byte[] head = new byte[LONGEST_HEAD];

  private int headLength;

  /** The current element's body, where it was kept. */
  private byte[] body = {};

  /** Bytes read before that are to be read again. */
  private byte[] again = {};

  private int againAt;

  EbmlInput(InputStream in) {
    this.in = in;
  }

  /** Bytes read so far. */
  long offset() {
    return offset;
  }

  /** The next element's id; -1 where the stream ends before it. */
  int id() throws IOException, MatroskaException, EndInside {
    headLength = 0;
    body = new byte[0];
    int first = read();
    if (first < 0) {
      return -1;
    }
    long start = offset++;
    head[headLength++] = (byte) first;
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

  /** The current element's body; memory grows only as its bytes come. */
  byte[] bytes(int length) throws IOException, EndInside {
    int left = again.length - againAt;
    if (left >= length) {
      body = Arrays.copyOfRange(again, againAt, againAt + length);
      againAt += length;
      offset += length;
      return body;
    }
    byte[] rest = in.readNBytes(length - left);
    if (left == 0) {
      body = rest;
    } else {
      body = Arrays.copyOfRange(again, againAt, againAt + left + rest.length);
      System.arraycopy(rest, 0, body, left, rest.length);
      forgetAgain();
    }
    offset += body.length;
    if (body.length < length) {
      throw new EndInside();
    }
    return body;
  }

  void skip(long length) throws IOException, EndInside {
    headLength = 0; // what was skipped is not there any more
    long left = length;
    int known = (int) Math.min(left, again.length - againAt);
    againAt += known;
    offset += known;
    left -= known;
    byte[] sink = new byte[(int) Math.min(SKIP_BUFFER, left)];
    while (left > 0) {
      int count = in.read(sink, 0, (int) Math.min(sink.length, left));
      if (count < 0) {
        throw new EndInside();
      }
      offset += count;
      left -= count;
    }
  }

  /**
   * Goes to the next EBML header behind the first byte of the current element, also where its bytes
   * stand in what was taken for this element's body. {@link #id} reads it then.
   *
   * @return whether there is one before the stream ends
   */
  boolean toHeader() throws IOException {
    readAgain();
    int window = 0;
    for (int value = read(); value >= 0; value = read()) {
      offset++;
      window = window << 8 | value;
      if (window == Ids.EBML) {
        unreadHeader();
        return true;
      }
    }
    return false;
  }

  /** Puts the current element back but for its first byte. */
  private void readAgain() {
    int kept = headLength == 0 ? 0 : headLength - 1 + body.length;
    byte[] bytes = new byte[kept + again.length - againAt];
    if (kept > 0) {
      System.arraycopy(head, 1, bytes, 0, headLength - 1);
      System.arraycopy(body, 0, bytes, headLength - 1, body.length);
    }
    System.arraycopy(again, againAt, bytes, kept, again.length - againAt);
    again = bytes;
    againAt = 0;
    offset -= kept;
    headLength = 0;
    body = new byte[0];
  }

  private void unreadHeader() {
    if (againAt >= HEADER_BYTES) {
      againAt -= HEADER_BYTES;
    } else {
      byte[] rest = Arrays.copyOfRange(again, againAt, again.length);
      again = new byte[HEADER_BYTES + rest.length];
      for (int i = 0; i < HEADER_BYTES; i++) {
        again[i] = (byte) (Ids.EBML >> (8 * (HEADER_BYTES - 1 - i)));
      }
      System.arraycopy(rest, 0, again, HEADER_BYTES, rest.length);
      againAt = 0;
    }
    offset -= HEADER_BYTES;
  }

  private int octet() throws IOException, EndInside {
    int value = read();
    if (value < 0) {
      throw new EndInside();
    }
    offset++;
    if (headLength < LONGEST_HEAD) {
      head[headLength++] = (byte) value;
    }
    return value;
  }

  private int read() throws IOException {
    if (againAt < again.length) {
      return again[againAt++] & 0xff;
    }
    if (again.length > 0) {
      forgetAgain();
    }
    return in.read();
  }

  private void forgetAgain() {
    again = new byte[0];
    againAt = 0;
  }
}
