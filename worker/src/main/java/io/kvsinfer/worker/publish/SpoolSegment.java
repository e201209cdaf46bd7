package io.kvsinfer.worker.publish;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of the spool: records of length (4 bytes), CRC-32C of the payload (4) and payload, one
 * after the other. Not thread-safe. (Not a channel: that would close itself when the thread is
 * interrupted, as a camera's thread is when it drains.)
 */
final class SpoolSegment implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SpoolSegment.class);
  private static final int HEADER = 8;
  private static final int MAX_PAYLOAD = 256 << 20;

  private final Path path;
  private RandomAccessFile file;
  private long size;

  /** Where a payload lies in the file. */
  record Extent(long offset, int length) {}

  private SpoolSegment(Path path, RandomAccessFile file, long size) {
    this.path = path;
    this.file = file;
    this.size = size;
  }

  /** A new one; a file of that name is an error. */
  static SpoolSegment create(Path path) throws IOException {
    Files.createFile(path);
    try {
      RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
      SpoolFolder.sync(path);
      return new SpoolSegment(path, file, 0);
    } catch (IOException e) {
      // Its name must be free for the next attempt.
      Files.deleteIfExists(path);
      throw e;
    }
  }

  /** One that was left by an earlier run; {@link #scan} it before anything else. */
  static SpoolSegment open(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    return new SpoolSegment(path, file, file.length());
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  /**
   * The records of the file, in order. From the first that is torn or damaged on, the file is cut.
   *
   * @return what is whole
   */
  List<Extent> scan() throws IOException {
    List<Extent> extents = new ArrayList<>();
    long at = 0;
    while (at + HEADER <= size) {
      ByteBuffer header = read(at, HEADER);
      int length = header.getInt();
      int checksum = header.getInt();
      if (length <= 0 || length > MAX_PAYLOAD || at + HEADER + length > size) {
        break;
      }
      if (checksum(read(at + HEADER, length).array()) != checksum) {
        break;
      }
      extents.add(new Extent(at + HEADER, length));
      at += HEADER + length;
    }
    if (at < size) {
      file.setLength(at);
      file.getFD().sync();
      size = at;
    }
    return extents;
  }

  /** Appends a payload; {@link #force} makes it last. */
  Extent append(byte[] payload) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER + payload.length);
    bytes.putInt(payload.length).putInt(checksum(payload)).put(payload);
    file.seek(size);
    file.write(bytes.array());
    Extent extent = new Extent(size + HEADER, payload.length);
    size += bytes.capacity();
    return extent;
  }

  /**
   * Forgets what was appended after {@code length} bytes.
   *
   * @param cause why; what keeps the file from being cut is added to it, and the next append writes
   *     over what is there
   */
  void cut(long length, IOException cause) {
    size = length;
    try {
      file.setLength(length);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  void force() throws IOException {
    file.getFD().sync();
  }

  byte[] payload(Extent extent) throws IOException {
    return read(extent.offset, extent.length).array();
  }

  /** Keeps only these payloads, in this order, and returns where they lie now. */
  List<Extent> rewrite(List<Extent> kept) throws IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    List<Extent> moved = new ArrayList<>();
    long written;
    try (SpoolSegment copy = create(fresh)) {
      for (Extent extent : kept) {
        moved.add(copy.append(payload(extent)));
      }
      copy.force();
      written = copy.size;
    }
    RandomAccessFile old = file;
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    file = new RandomAccessFile(path.toFile(), "rw");
    size = written;
    try {
      old.close();
      SpoolFolder.sync(path);
    } catch (IOException e) {
      // At worst a crash brings the file before back, which holds more than is needed.
      log.warn("{} may not survive a crash of the machine", path.getFileName(), e);
    }
    return moved;
  }

  void delete() throws IOException {
    file.close();
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private ByteBuffer read(long at, int length) throws IOException {
    byte[] bytes = new byte[length];
    file.seek(at);
    file.readFully(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private static int checksum(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return (int) crc.getValue();
  }
}
