package io.kvsinfer.media.decode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kvsinfer.media.frame.FrameTime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/** Still pictures: JPEG, PNG, WebP, BMP and the first of a GIF, told by their bytes. */
public final class ImageDecoder {
  private static final int SIGNATURE = 12;
  private static final Set<String> HEIF_BRANDS =
      Set.of("heic", "heix", "heim", "heis", "mif1", "msf1", "avif", "avis");
  private static final long MOST_PIXELS = 200_000_000;

  private ImageDecoder() {}

  private enum Kind {
    JPEG,
    PNG,
    WEBP,
    BMP,
    GIF;

    int codecId() {
      return switch (this) {
        case JPEG -> avcodec.AV_CODEC_ID_MJPEG;
        case PNG -> avcodec.AV_CODEC_ID_PNG;
        case WEBP -> avcodec.AV_CODEC_ID_WEBP;
        case BMP -> avcodec.AV_CODEC_ID_BMP;
        case GIF -> avcodec.AV_CODEC_ID_GIF;
      };
    }
  }

  /** Whether the file begins like a picture this class decodes. */
  public static boolean isImage(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return kind(in.readNBytes(SIGNATURE)).isPresent();
    }
  }

  private static Optional<Kind> kind(byte[] start) {
    String text = new String(start, ISO_8859_1);
    if (text.startsWith("\u00ff\u00d8\u00ff")) {
      return Optional.of(Kind.JPEG);
    } else if (text.startsWith("\u0089PNG\r\n\u001a\n")) {
      return Optional.of(Kind.PNG);
    } else if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) {
      return Optional.of(Kind.WEBP);
    } else if (text.startsWith("BM")) {
      return Optional.of(Kind.BMP);
    } else if (text.startsWith("GIF8")) {
      return Optional.of(Kind.GIF);
    }
    return Optional.empty();
  }

  /** Whether it is a picture in an MP4's boxes, as phones store it, often in tiles. */
  private static boolean isHeif(byte[] start) {
    String text = new String(start, 0, Math.min(SIGNATURE, start.length), ISO_8859_1);
    return text.length() == SIGNATURE
        && text.startsWith("ftyp", 4)
        && HEIF_BRANDS.contains(text.substring(8));
  }

  /**
   * The picture in {@code image}, to be closed by the caller. It is upright: the orientation that a
   * camera noted in the metadata is applied.
   *
   * @throws MediaException when it is none of these kinds, or damaged
   */
  public static VideoFrame decode(byte[] image, FrameTime time) throws MediaException {
    FFmpeg.load();
    Kind kind =
        kind(image)
            .orElseThrow(() ->
                new MediaException(
                    "%s; JPEG, PNG, WebP, BMP and GIF are read"
                        .formatted(
                            isHeif(image)
                                ? "a HEIC or AVIF picture, which is not read: have it converted to JPEG"
                                : image.length + " bytes are no picture")));
    String what = "%s of %d bytes".formatted(kind, image.length);
    AVCodec codec = avcodec.avcodec_find_decoder(kind.codecId());
    if (codec == null) {
      throw new MediaException("this FFmpeg has no decoder for " + kind);
    }
    AVCodecContext context = FFmpeg.allocated("a decoder", avcodec.avcodec_alloc_context3(codec));
    AVPacket packet = FFmpeg.allocated("a packet", avcodec.av_packet_alloc());
    AVFrame frame = FFmpeg.allocated("a picture", avutil.av_frame_alloc());
    boolean handedOn = false;
    try {
      context.thread_count(1);
      context.max_pixels(MOST_PIXELS);
      context.err_recognition(avcodec.AV_EF_EXPLODE);
      FFmpeg.check(what, avcodec.avcodec_open2(context, codec, (AVDictionary) null));
      FFmpeg.check(what, avcodec.av_new_packet(packet, image.length));
      packet.data().put(image, 0, image.length);
      FFmpeg.check(what, avcodec.avcodec_send_packet(context, packet));
      avcodec.avcodec_send_packet(context, null);
      FFmpeg.check(what, avcodec.avcodec_receive_frame(context, frame));
      if (frame.decode_error_flags() != 0) {
        throw new MediaException(what + " is damaged");
      }
      handedOn = true;
      return NativeFrame.own(frame, time, DisplayMatrix.of(frame));
    } finally {
      if (!handedOn) {
        avutil.av_frame_free(frame);
      }
      avcodec.av_packet_free(packet);
      avcodec.avcodec_free_context(context);
    }
  }
}
