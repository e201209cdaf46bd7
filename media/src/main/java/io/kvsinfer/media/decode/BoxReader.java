package io.kvsinfer.media.decode;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The outermost boxes of ISO base media (ISO/IEC 14496-12), enough to see whether one is cut off.
 */
final class BoxReader {
  private static final int HEADER = 8;
  private static final int LARGE_HEADER = 16;

  private BoxReader() {}

  /** Refuses bytes that are not a sequence of whole boxes. */
  static void requireWhole(String what, byte[] bytes) throws MediaException {
    if (bytes.length == 0) {
      throw new MediaException(what + " is empty");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long at = 0;
    while (at < bytes.length) {
      int left = (int) (bytes.length - at);
      if (left < HEADER) {
        throw new MediaException(
            "%s ends at byte %d inside a box header".formatted(what, bytes.length));
      }
      long size = Integer.toUnsignedLong(buffer.getInt((int) at));
      int header = HEADER;
      if (size == 1 && left >= LARGE_HEADER) {
        size = buffer.getLong((int) at + HEADER);
        header = LARGE_HEADER;
      } else if (size == 0) {
        size = left;
      }
      String type = new String(bytes, (int) at + 4, 4, StandardCharsets.ISO_8859_1);
      if (size < header || !type.chars().allMatch(c -> c >= ' ' && c <= '~')) {
        throw new MediaException("%s is no MP4: no box at byte %d".formatted(what, at));
      }
      if (size > left) {
        throw new MediaException(
            "%s is cut off: box '%s' at byte %d has %d bytes, %d are there"
                .formatted(what, type, at, size, left));
      }
      at += size;
    }
  }
}
