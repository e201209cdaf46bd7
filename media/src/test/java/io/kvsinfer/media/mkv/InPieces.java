package io.kvsinfer.media.mkv;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** A stream that gives at most so many bytes at a read, as a network does. */
final class InPieces extends InputStream {
  private final ByteArrayInputStream in;
  private final int most;

  InPieces(byte[] bytes, int most) {
    this.in = new ByteArrayInputStream(bytes);
    this.most = most;
  }

  @Override
  public int read() {
    return in.read();
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    return in.read(target, offset, Math.min(most, length));
  }
}
