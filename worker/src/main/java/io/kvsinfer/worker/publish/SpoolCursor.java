package io.kvsinfer.worker.publish;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * How far the spool is acknowledged: two places of ordinal (8 bytes) and CRC-32C (4), written in
 * turn, so that a torn write leaves the one before. Not thread-safe.
 */
final class SpoolCursor implements AutoCloseable {
  private static final int PLACE = 16;

  private final RandomAccessFile file;
  private long acknowledged;
  private int next;

  private SpoolCursor(RandomAccessFile file) {
    this.file = file;
  }

  static SpoolCursor open(Path path) throws IOException {
    SpoolCursor cursor = new SpoolCursor(new RandomAccessFile(path.toFile(), "rw"));
    for (int i = 0; i < 2; i++) {
      long ordinal = cursor.read(i);
      if (ordinal >= cursor.acknowledged) {
        cursor.acknowledged = ordinal;
        cursor.next = 1 - i;
      }
    }
    return cursor;
  }

  /** Ordinal of the last acknowledged record, 0 when none is. */
  long acknowledged() {
    return acknowledged;
  }

  void acknowledge(long ordinal) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(PLACE);
    bytes.putLong(ordinal).putInt(checksum(ordinal));
    file.seek((long) next * PLACE);
    file.write(bytes.array());
    file.getFD().sync();
    acknowledged = ordinal;
    next = 1 - next;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private long read(int place) throws IOException {
    if (file.length() < (place + 1L) * PLACE) {
      return -1;
    }
    byte[] bytes = new byte[PLACE];
    file.seek((long) place * PLACE);
    file.readFully(bytes);
    long ordinal = ByteBuffer.wrap(bytes).getLong(0);
    return checksum(ordinal) == ByteBuffer.wrap(bytes).getInt(Long.BYTES) ? ordinal : -1;
  }

  private static int checksum(long ordinal) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, ordinal));
    return (int) crc.getValue();
  }
}
