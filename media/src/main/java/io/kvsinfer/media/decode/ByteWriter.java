package io.kvsinfer.media.decode;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;

/** Big-endian numbers and ISO base media boxes into a growing array. */
final class ByteWriter {
  private byte[] bytes = new byte[256];
  private int length;
  private final ArrayDeque<Integer> open = new ArrayDeque<>();

  ByteWriter u8(int value) {
    require(1);
    bytes[length++] = (byte) value;
    return this;
  }

  ByteWriter u16(int value) {
    return u8(value >> 8).u8(value);
  }

  ByteWriter u32(long value) {
    return u16((int) (value >> 16)).u16((int) value);
  }

  ByteWriter u64(long value) {
    return u32(value >> 32).u32(value);
  }

  ByteWriter bytes(byte[] value) {
    require(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
    return this;
  }

  ByteWriter zeroes(int count) {
    require(count);
    length += count;
    return this;
  }

  /** Four characters, or any ASCII text. */
  ByteWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.US_ASCII));
  }

  /** Begins a box that runs to the matching {@link #end}. */
  ByteWriter box(String type) {
    open.push(length);
    return u32(0).text(type);
  }

  /** Begins a box with version and flags. */
  ByteWriter box(String type, int version, int flags) {
    return box(type).u8(version).u8(flags >> 16).u16(flags);
  }

  ByteWriter end() {
    int at = open.pop();
    patch(at, length - at);
    return this;
  }

  /** Overwrites the 32-bit number at {@code at}. */
  void patch(int at, int value) {
    ByteBuffer.wrap(bytes).putInt(at, value);
  }

  int length() {
    return length;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  private void require(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
