package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * H.264 and H.265 as a byte stream with start codes (Annex B of both standards), and the way from
 * there to the length-prefixed form that MP4 and Matroska hold (ISO/IEC 14496-15).
 */
public final class AnnexB {
  private static final int LENGTH_BYTES = 4;

  private AnnexB() {}

  /** Whether {@code bytes} begin with a start code of three or four bytes. */
  public static boolean startsWithStartCode(byte[] bytes) {
    return bytes.length >= 4
        && bytes[0] == 0
        && bytes[1] == 0
        && (bytes[2] == 1 || (bytes[2] == 0 && bytes[3] == 1));
  }

  /** The NAL units between the start codes, without them and without trailing zeroes. */
  public static List<byte[]> nalUnits(byte[] annexB) {
    List<byte[]> units = new ArrayList<>();
    int start = -1;
    int i = 0;
    while (i + 2 < annexB.length) {
      if (annexB[i] == 0 && annexB[i + 1] == 0 && annexB[i + 2] == 1) {
        addUnit(units, annexB, start, i);
        start = i + 3;
        i += 3;
      } else {
        i++;
      }
    }
    addUnit(units, annexB, start, annexB.length);
    return units;
  }

  private static void addUnit(List<byte[]> units, byte[] bytes, int start, int end) {
    if (start < 0) {
      return;
    }
    int last = end;
    while (last > start && bytes[last - 1] == 0) {
      last--;
    }
    if (last > start) {
      units.add(Arrays.copyOfRange(bytes, start, last));
    }
  }

  /** The same access unit with lengths of four bytes in place of start codes. */
  public static byte[] toLengthPrefixed(byte[] annexB) {
    return prefixed(nalUnits(annexB));
  }

  /**
   * The same access unit as it lies in MP4 beside an {@code avcC} or {@code hvcC}: lengths of four
   * bytes, without parameter sets and access unit delimiters.
   */
  public static byte[] toSample(Codec codec, byte[] annexB) {
    return prefixed(
        nalUnits(annexB).stream()
            .filter(unit -> NalType.of(codec, unit) == NalType.CODED)
            .toList());
  }

  private static byte[] prefixed(List<byte[]> units) {
    ByteBuffer out =
        ByteBuffer.allocate(units.stream().mapToInt(unit -> LENGTH_BYTES + unit.length).sum());
    units.forEach(unit -> out.putInt(unit.length).put(unit));
    return out.array();
  }

  /**
   * The same access unit with start codes in place of lengths.
   *
   * @param lengthBytes bytes of each length, 1 to 4, as the codec private data says
   * @throws MediaException when a length leads past the end
   */
  public static byte[] fromLengthPrefixed(byte[] sample, int lengthBytes) throws MediaException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(sample.length + 16);
    int at = 0;
    while (at < sample.length) {
      long length = 0;
      int start = at + lengthBytes;
      for (int i = at; i < Math.min(start, sample.length); i++) {
        length = (length << 8) | (sample[i] & 0xff);
      }
      if (start + length > sample.length) {
        throw new MediaException(
            "NAL unit at byte %d of %d claims %d bytes".formatted(at, sample.length, length));
      }
      out.write(0);
      out.write(0);
      out.write(0);
      out.write(1);
      out.write(sample, start, (int) length);
      at = start + (int) length;
    }
    return out.toByteArray();
  }

  /** Whether decoding can start at this access unit: it holds an IDR (or H.265 IRAP) picture. */
  public static boolean isKeyframe(Codec codec, byte[] annexB) {
    return nalUnits(annexB).stream().anyMatch(unit -> NalType.isRandomAccess(codec, unit));
  }

  /**
   * The track whose parameter sets this access unit holds, with {@code avcC} or {@code hvcC} as its
   * codec private data; empty where they are not all there, as in frames that are no keyframe.
   *
   * @throws MediaException when the parameter sets cannot be read
   */
  public static Optional<VideoTrack> track(Codec codec, byte[] annexB) throws MediaException {
    List<byte[]> units = nalUnits(annexB);
    List<byte[]> sps = ofType(codec, units, NalType.SPS);
    List<byte[]> pps = ofType(codec, units, NalType.PPS);
    List<byte[]> vps = ofType(codec, units, NalType.VPS);
    if (sps.isEmpty() || pps.isEmpty() || (codec == Codec.H265 && vps.isEmpty())) {
      return Optional.empty();
    }
    SequenceParameters parameters =
        codec == Codec.H264
            ? SequenceParameters.h264(sps.getFirst())
            : SequenceParameters.h265(sps.getFirst());
    byte[] configuration =
        codec == Codec.H264
            ? DecoderConfiguration.avcC(sps, pps)
            : DecoderConfiguration.hvcC(vps, sps, pps);
    return Optional.of(
        new VideoTrack(codec, configuration, parameters.width(), parameters.height()));
  }

  private static List<byte[]> ofType(Codec codec, List<byte[]> units, NalType type) {
    List<byte[]> found = new ArrayList<>();
    for (byte[] unit : units) {
      if (NalType.of(codec, unit) == type
          && found.stream().noneMatch(other -> Arrays.equals(other, unit))) {
        found.add(unit);
      }
    }
    return found;
  }
}
