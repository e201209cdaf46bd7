package io.kvsinfer.local.kvs;

import io.kvsinfer.media.frame.VideoTrack;

/** Names a track's codec as RFC 6381 does, from its codec private data. */
final class CodecStrings {
  private CodecStrings() {}

  /**
   * @throws ApiException as the service refuses to package the track for HLS
   */
  static String of(VideoTrack track) {
    return switch (track.codec()) {
      case H264 -> avc(privateData(track, 4));
      case H265 -> hevc(privateData(track, 13));
      case VP8, VP9, AV1, MJPEG ->
          throw ApiException.badRequest(
              "UnsupportedStreamMediaTypeException",
              "The stream carries " + track.codec() + "; HLS needs H.264 or H.265.");
    };
  }

  private static byte[] privateData(VideoTrack track, int least) {
    byte[] data = track.codecPrivate();
    if (data.length == 0) {
      throw ApiException.badRequest(
          "MissingCodecPrivateDataException",
          "Missing codec private data in fragment for track 1.");
    }
    if (data.length < least || data[0] != 1) {
      throw ApiException.badRequest(
          "InvalidCodecPrivateDataException",
          "The codec private data of the track is not that of " + track.codec() + ".");
    }
    return data;
  }

  private static String avc(byte[] avcC) {
    return "avc1.%02x%02x%02x".formatted(avcC[1], avcC[2], avcC[3]);
  }

  /** ISO/IEC 14496-15 annex E. */
  private static String hevc(byte[] hvcC) {
    int profile = hvcC[1] & 0x1f;
    String space = new String[] {"", "A", "B", "C"}[(hvcC[1] >> 6) & 3];
    int flags =
        (hvcC[2] & 0xff) << 24 | (hvcC[3] & 0xff) << 16 | (hvcC[4] & 0xff) << 8 | (hvcC[5] & 0xff);
    StringBuilder name =
        new StringBuilder("hvc1.")
            .append(space)
            .append(profile)
            .append('.')
            .append(Integer.toHexString(Integer.reverse(flags)))
            .append('.')
            .append((hvcC[1] & 0x20) == 0 ? 'L' : 'H')
            .append(hvcC[12] & 0xff);
    int last = 11;
    while (last > 5 && hvcC[last] == 0) {
      last--;
    }
    for (int i = 6; i <= last; i++) {
      name.append('.').append(Integer.toHexString(hvcC[i] & 0xff));
    }
    return name.toString();
  }
}
