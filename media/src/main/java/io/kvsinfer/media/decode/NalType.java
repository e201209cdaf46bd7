package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.Codec;

/** What a NAL unit is to a container (H.264 table 7-1, H.265 table 7-1). */
enum NalType {
  VPS,
  SPS,
  PPS,
  /** Access unit delimiters, ends and filler: nothing that a container needs. */
  FRAMING,
  /** Slices, and what goes with them. */
  CODED;

  static NalType of(Codec codec, byte[] unit) {
    return switch (codec) {
      case H264 ->
          switch (unit[0] & 0x1f) {
            case 7 -> SPS;
            case 8 -> PPS;
            case 9, 10, 11, 12 -> FRAMING;
            default -> CODED;
          };
      case H265 ->
          switch (unit[0] >> 1 & 0x3f) {
            case 32 -> VPS;
            case 33 -> SPS;
            case 34 -> PPS;
            case 35, 36, 37, 38 -> FRAMING;
            default -> CODED;
          };
      case VP8, VP9, AV1, MJPEG -> throw noNalUnits(codec);
    };
  }

  /** Whether decoding can start at this unit. */
  static boolean isRandomAccess(Codec codec, byte[] unit) {
    return switch (codec) {
      case H264 -> (unit[0] & 0x1f) == 5;
      case H265 -> (unit[0] >> 1 & 0x3f) >= 16 && (unit[0] >> 1 & 0x3f) <= 23;
      case VP8, VP9, AV1, MJPEG -> throw noNalUnits(codec);
    };
  }

  private static IllegalArgumentException noNalUnits(Codec codec) {
    return new IllegalArgumentException(codec + " has no NAL units; H264 and H265 have");
  }
}
