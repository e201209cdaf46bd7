package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.Codec;
import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/** What every use of FFmpeg needs: its log silenced, its error codes as words, its codec ids. */
final class FFmpeg {
  /** The time base of {@link Sample}. */
  static final int MICROSECONDS = 1_000_000;

  static {
    avutil.av_log_set_level(avutil.AV_LOG_QUIET);
  }

  private FFmpeg() {}

  /** Makes sure that the libraries are there and silent; does its work at the first call. */
  static void load() {}

  static MediaException failure(String what, int code) {
    byte[] text = new byte[avutil.AV_ERROR_MAX_STRING_SIZE];
    avutil.av_strerror(code, text, text.length);
    int end = 0;
    while (end < text.length && text[end] != 0) {
      end++;
    }
    String reason = new String(text, 0, end, StandardCharsets.UTF_8);
    String hint =
        code == avutil.AVERROR_INVALIDDATA ? "; it is no media that FFmpeg knows, or damaged" : "";
    return new MediaException(what + ": " + reason + hint + " (FFmpeg " + code + ")");
  }

  static int check(String what, int code) throws MediaException {
    if (code < 0) {
      throw failure(what, code);
    }
    return code;
  }

  /** A native object that FFmpeg returns as null only when memory is exhausted. */
  static <T> T allocated(String what, @Nullable T object) {
    if (object == null) {
      throw new IllegalStateException("FFmpeg could not allocate " + what);
    }
    return object;
  }

  static int codecId(Codec codec) {
    return switch (codec) {
      case H264 -> avcodec.AV_CODEC_ID_H264;
      case H265 -> avcodec.AV_CODEC_ID_HEVC;
      case VP8 -> avcodec.AV_CODEC_ID_VP8;
      case VP9 -> avcodec.AV_CODEC_ID_VP9;
      case AV1 -> avcodec.AV_CODEC_ID_AV1;
      case MJPEG -> avcodec.AV_CODEC_ID_MJPEG;
    };
  }

  /**
   * The codec of an FFmpeg id.
   *
   * @throws MediaException naming the codec where it is none of {@link Codec}
   */
  static Codec codec(int id, String what) throws MediaException {
    for (Codec codec : Codec.values()) {
      if (codecId(codec) == id) {
        return codec;
      }
    }
    throw new MediaException(
        what
            + ": video codec "
            + avcodec.avcodec_get_name(id).getString()
            + " is not supported; H.264, H.265, VP8, VP9, AV1 and MJPEG are");
  }
}
