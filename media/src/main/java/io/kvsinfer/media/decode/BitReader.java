package io.kvsinfer.media.decode;

/** Bits of a NAL unit's payload (ITU-T H.264, 7.2), with its emulation prevention bytes removed. */
final class BitReader {
  private final byte[] payload;
  private final int bits;
  private int at;

  /**
   * Reads {@code nal} from byte {@code from} on.
   *
   * @param from the length of the NAL unit header
   */
  BitReader(byte[] nal, int from) {
    payload = new byte[nal.length];
    int length = 0;
    int zeroes = 0;
    for (int i = from; i < nal.length; i++) {
      if (zeroes >= 2 && nal[i] == 3) {
        zeroes = 0;
        continue;
      }
      zeroes = nal[i] == 0 ? zeroes + 1 : 0;
      payload[length++] = nal[i];
    }
    bits = 8 * length;
  }

  int bit() throws MediaException {
    if (at >= bits) {
      throw new MediaException("parameter set ends after " + bits + " bits");
    }
    int bit = payload[at >> 3] >> (7 - (at & 7)) & 1;
    at++;
    return bit;
  }

  int bits(int count) throws MediaException {
    int value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 1 | bit();
    }
    return value;
  }

  void skip(int count) throws MediaException {
    for (int i = 0; i < count; i++) {
      bit();
    }
  }

  /** Exp-Golomb, unsigned. */
  int ue() throws MediaException {
    int zeroes = 0;
    while (bit() == 0) {
      zeroes++;
      if (zeroes > 30) {
        throw new MediaException("parameter set holds an impossible number at bit " + at);
      }
    }
    return (1 << zeroes) - 1 + bits(zeroes);
  }

  /** Exp-Golomb, signed. */
  int se() throws MediaException {
    int value = ue();
    return (value & 1) == 1 ? (value + 1) / 2 : -(value / 2);
  }
}
