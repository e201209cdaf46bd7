package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * Which of FFmpeg's decoders a track gets: NVDEC where there is an NVIDIA GPU, else software.
 * {@code KVS_INFER_DECODE=software} in the environment keeps the GPU's decoder out of it.
 */
final class DecoderChoice {
  /** Where the driver of an NVIDIA GPU shows itself, on a machine and in a container. */
  private static final List<Path> DRIVER = List.of(Path.of("/dev/nvidiactl"), Path.of("/dev/dxg"));

  private DecoderChoice() {}

  /**
   * A context that is open, and where it decodes.
   *
   * @param refusal why it is not where it was wanted; null where it is
   */
  record Opened(AVCodecContext context, Hardware hardware, @Nullable String refusal) {}

  /** What this machine offers. */
  static Hardware hardware() {
    return hardware(System.getenv("KVS_INFER_DECODE"), DRIVER.stream().anyMatch(Files::exists));
  }

  static Hardware hardware(@Nullable String wish, boolean driver) {
    return driver && !"software".equalsIgnoreCase(wish) ? Hardware.NVDEC : Hardware.NONE;
  }

  /**
   * Opens a decoder, on what is wanted if it takes the track.
   *
   * @throws MediaException when FFmpeg has no decoder for it or refuses its codec private data
   */
  static Opened open(VideoTrack track, int threads, Hardware wanted) throws MediaException {
    if (wanted == Hardware.NVDEC) {
      AVCodec codec = avcodec.avcodec_find_decoder_by_name(nvdec(track.codec()));
      if (codec != null) {
        try {
          return new Opened(open(track, threads, codec), Hardware.NVDEC, null);
        } catch (MediaException e) {
          AVCodec software = software(track);
          return new Opened(open(track, threads, software), Hardware.NONE, e.getMessage());
        }
      }
    }
    return new Opened(open(track, threads, software(track)), Hardware.NONE, null);
  }

  private static AVCodecContext open(VideoTrack track, int threads, AVCodec codec)
      throws MediaException {
    AVCodecContext context = FFmpeg.allocated("a decoder", avcodec.avcodec_alloc_context3(codec));
    try {
      byte[] extra = track.codecPrivate();
      if (extra.length > 0) {
        BytePointer copy = VideoDecoder.padded(extra);
        context.extradata(copy);
        context.extradata_size(extra.length);
      }
      context.width(track.width());
      context.height(track.height());
      context.thread_count(threads);
      context.pkt_timebase().num(1).den(FFmpeg.MICROSECONDS);
      // Strict about the codec private data only; in the stream FFmpeg conceals what it can.
      context.err_recognition(avcodec.AV_EF_EXPLODE);
      FFmpeg.check(
          "decoder for " + track, avcodec.avcodec_open2(context, codec, (AVDictionary) null));
      context.err_recognition(0);
      return context;
    } catch (MediaException | RuntimeException e) {
      avcodec.avcodec_free_context(context);
      throw e;
    }
  }

  private static AVCodec software(VideoTrack track) throws MediaException {
    AVCodec codec = null;
    if (track.codec() == Codec.AV1) {
      // FFmpeg's own AV1 decoder comes first in its list but works on hardware alone.
      codec = avcodec.avcodec_find_decoder_by_name("libdav1d");
      if (codec == null) {
        codec = avcodec.avcodec_find_decoder_by_name("libaom-av1");
      }
    }
    if (codec == null) {
      codec = avcodec.avcodec_find_decoder(FFmpeg.codecId(track.codec()));
    }
    if (codec == null) {
      throw new MediaException("this FFmpeg has no decoder for " + track);
    }
    return codec;
  }

  /** Name of FFmpeg's decoder on NVDEC. */
  static String nvdec(Codec codec) {
    return switch (codec) {
      case H264, VP8, VP9, AV1, MJPEG -> codec.name().toLowerCase(Locale.ROOT) + "_cuvid";
      case H265 -> "hevc_cuvid";
    };
  }
}
