package io.kvsinfer.media.mkv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Blocks and simple blocks, with their lacing (RFC 9559, 10). */
final class BlockParser {
  private static final int SIMPLE_KEYFRAME = 0x80;
  private static final int XIPH = 0x02;
  private static final int FIXED = 0x04;
  private static final int EBML = 0x06;

  /**
   * A block's head and frames.
   *
   * @param relative its time from the cluster's, in the segment's units
   * @param keyframeFlag the flag of simple blocks
   */
  record Block(int track, int relative, boolean keyframeFlag, List<byte[]> frames) {}

  private final byte[] body;
  private final long offset;
  private int at;

  private BlockParser(byte[] body, long offset) {
    this.body = body;
    this.offset = offset;
  }

  /** Reads a block's body, which begins at {@code offset} of the stream. */
  static Block parse(byte[] body, long offset) throws MatroskaException {
    return new BlockParser(body, offset).parse();
  }

  private Block parse() throws MatroskaException {
    int track = (int) Math.min(Integer.MAX_VALUE, vint());
    int relative = (short) (octet() << 8 | octet());
    int flags = octet();
    int lacing = flags & EBML;
    List<byte[]> frames =
        lacing == 0 ? List.of(Arrays.copyOfRange(body, at, body.length)) : laced(lacing);
    return new Block(track, relative, (flags & SIMPLE_KEYFRAME) != 0, frames);
  }

  private List<byte[]> laced(int lacing) throws MatroskaException {
    int count = octet() + 1;
    long[] sizes = new long[count];
    switch (lacing) {
      case XIPH -> xiph(sizes);
      case EBML -> ebml(sizes);
      case FIXED -> {
        if ((body.length - at) % count != 0) {
          throw broken("%d bytes in %d equal frames".formatted(body.length - at, count));
        }
        Arrays.fill(sizes, (body.length - at) / count);
      }
      default -> throw new AssertionError(lacing);
    }
    if (lacing != FIXED) {
      long before = 0;
      for (int i = 0; i + 1 < count; i++) {
        before += sizes[i];
      }
      sizes[count - 1] = body.length - at - before;
    }
    List<byte[]> frames = new ArrayList<>(count);
    for (long size : sizes) {
      if (size < 0 || size > body.length - at) {
        throw broken("a laced frame of %d bytes, %d are left".formatted(size, body.length - at));
      }
      frames.add(Arrays.copyOfRange(body, at, at + (int) size));
      at += (int) size;
    }
    return frames;
  }

  private void xiph(long[] sizes) throws MatroskaException {
    for (int i = 0; i + 1 < sizes.length; i++) {
      int part;
      do {
        part = octet();
        sizes[i] += part;
      } while (part == 255);
    }
  }

  private void ebml(long[] sizes) throws MatroskaException {
    for (int i = 0; i + 1 < sizes.length; i++) {
      int start = at;
      long value = vint();
      if (i == 0) {
        sizes[0] = value;
      } else {
        long bias = (1L << (7 * (at - start) - 1)) - 1;
        sizes[i] = sizes[i - 1] + value - bias;
      }
      if (sizes[i] < 0 || sizes[i] > body.length) {
        throw broken("a laced frame of " + sizes[i] + " bytes");
      }
    }
  }

  private long vint() throws MatroskaException {
    int first = octet();
    int length = Integer.numberOfLeadingZeros(first) - 23;
    if (length > 8) {
      throw broken("a number of more than 8 bytes");
    }
    long value = first & 0xff >> length;
    for (int i = 1; i < length; i++) {
      value = value << 8 | octet();
    }
    return value;
  }

  private int octet() throws MatroskaException {
    if (at >= body.length) {
      throw broken("it ends after " + body.length + " bytes");
    }
    return body[at++] & 0xff;
  }

  private MatroskaException broken(String what) {
    return new MatroskaException("broken block: " + what, offset);
  }
}
