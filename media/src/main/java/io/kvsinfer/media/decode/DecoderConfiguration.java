package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import java.util.Arrays;
import java.util.List;

/** {@code avcC} and {@code hvcC}: parameter sets as MP4 and Matroska hold them (14496-15). */
final class DecoderConfiguration {
  private static final int FOUR_BYTE_LENGTHS = 3;
  private static final int VPS = 32;
  private static final int SPS = 33;
  private static final int PPS = 34;
  private static final int HVCC_ARRAYS = 22;

  private DecoderConfiguration() {}

  static byte[] avcC(List<byte[]> sps, List<byte[]> pps) throws MediaException {
    byte[] first = sps.getFirst();
    if (first.length < 4) {
      throw new MediaException("H.264 sequence parameter set of " + first.length + " bytes");
    }
    ByteWriter out = new ByteWriter();
    out.u8(1).u8(first[1]).u8(first[2]).u8(first[3]).u8(0xfc | FOUR_BYTE_LENGTHS);
    out.u8(0xe0 | sps.size());
    sps.forEach(unit -> out.u16(unit.length).bytes(unit));
    out.u8(pps.size());
    pps.forEach(unit -> out.u16(unit.length).bytes(unit));
    switch (first[1]) {
      case 100, 110, 122, (byte) 144 -> {
        SequenceParameters parameters = SequenceParameters.h264(first);
        out.u8(0xfc | parameters.chromaFormat());
        out.u8(0xf8 | parameters.lumaDepth() - 8);
        out.u8(0xf8 | parameters.chromaDepth() - 8);
        out.u8(0);
      }
      default -> {
        // The other profiles end here.
      }
    }
    return out.toByteArray();
  }

  static byte[] hvcC(List<byte[]> vps, List<byte[]> sps, List<byte[]> pps) throws MediaException {
    SequenceParameters parameters = SequenceParameters.h265(sps.getFirst());
    BitReader bits = new BitReader(sps.getFirst(), 2);
    bits.skip(4);
    int subLayers = bits.bits(3) + 1;
    int nested = bits.bit();
    ByteWriter out = new ByteWriter().u8(1);
    // Profile, compatibility, constraints and level: 12 bytes that both forms share.
    for (int i = 0; i < 12; i++) {
      out.u8(bits.bits(8));
    }
    out.u16(0xf000).u8(0xfc).u8(0xfc | parameters.chromaFormat());
    out.u8(0xf8 | parameters.lumaDepth() - 8).u8(0xf8 | parameters.chromaDepth() - 8);
    out.u16(0).u8(subLayers << 3 | nested << 2 | FOUR_BYTE_LENGTHS).u8(3);
    array(out, VPS, vps);
    array(out, SPS, sps);
    array(out, PPS, pps);
    return out.toByteArray();
  }

  private static void array(ByteWriter out, int type, List<byte[]> units) {
    out.u8(0x80 | type).u16(units.size());
    units.forEach(unit -> out.u16(unit.length).bytes(unit));
  }

  /** Width and height as the track says, else as its sequence parameter set does. */
  static int[] size(VideoTrack track) {
    if (track.width() > 0 && track.height() > 0) {
      return new int[] {track.width(), track.height()};
    }
    try {
      byte[] sps = sequenceParameterSet(track);
      SequenceParameters parameters =
          track.codec() == Codec.H264 ? SequenceParameters.h264(sps) : SequenceParameters.h265(sps);
      return new int[] {parameters.width(), parameters.height()};
    } catch (MediaException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("no picture size in " + track, e);
    }
  }

  private static byte[] sequenceParameterSet(VideoTrack track) throws MediaException {
    byte[] bytes = track.codecPrivate();
    if (track.codec() == Codec.H264) {
      return Arrays.copyOfRange(bytes, 8, 8 + u16(bytes, 6));
    }
    int at = HVCC_ARRAYS + 1;
    for (int arrays = bytes[HVCC_ARRAYS]; arrays > 0; arrays--) {
      boolean wanted = (bytes[at] & 0x3f) == SPS;
      int count = u16(bytes, at + 1);
      at += 3;
      for (int i = 0; i < count; i++) {
        int length = u16(bytes, at);
        if (wanted) {
          return Arrays.copyOfRange(bytes, at + 2, at + 2 + length);
        }
        at += 2 + length;
      }
    }
    throw new MediaException("no sequence parameter set in " + track);
  }

  private static int u16(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }
}
