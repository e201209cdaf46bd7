package io.kvsinfer.media.decode;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.jspecify.annotations.Nullable;

/** Pictures as JPEG (JFIF: full range, BT.601, 4:2:0). Not thread-safe. */
public final class JpegEncoder implements AutoCloseable {
  private static final int BEST_QUANTIZER = 1;
  private static final int WORST_QUANTIZER = 31;
  private static final int WORST = 1;
  private static final int BEST = 100;

  private @Nullable AVCodecContext context;
  private @Nullable PixelScaler scaler;
  private boolean closed;

  public JpegEncoder() {
    FFmpeg.load();
  }

  /**
   * The picture as JPEG.
   *
   * @param quality 1 (worst) to 100
   */
  public byte[] encode(VideoFrame frame, int quality) throws MediaException {
    return encode(NativeFrame.of(frame), quality);
  }

  /**
   * Pixels as JPEG.
   *
   * @param bgr packed, {@code height × width × 3}
   * @param quality 1 (worst) to 100
   */
  public byte[] encodeBgr(byte[] bgr, int width, int height, int quality) throws MediaException {
    AVFrame frame = BgrPictures.allocate(bgr, width, height);
    try {
      return encode(frame, quality);
    } finally {
      avutil.av_frame_free(frame);
    }
  }

  private byte[] encode(AVFrame frame, int quality) throws MediaException {
    if (closed) {
      throw new IllegalStateException("this encoder is closed");
    }
    if (quality < WORST || quality > BEST) {
      throw new IllegalArgumentException("quality " + quality + ", allowed are 1 to 100");
    }
    int width = frame.width();
    int height = frame.height();
    AVCodecContext encoder = encoder(width, height);
    AVFrame yuv = BgrPictures.picture(width, height, avutil.AV_PIX_FMT_YUV420P);
    AVPacket packet = FFmpeg.allocated("a packet", avcodec.av_packet_alloc());
    try {
      converter(frame).scale(frame, yuv);
      yuv.format(avutil.AV_PIX_FMT_YUVJ420P);
      yuv.color_range(avutil.AVCOL_RANGE_JPEG);
      yuv.quality(quantizer(quality) * avutil.FF_QP2LAMBDA);
      String what = "JPEG of %d x %d".formatted(width, height);
      FFmpeg.check(what, avcodec.avcodec_send_frame(encoder, yuv));
      FFmpeg.check(what, avcodec.avcodec_receive_packet(encoder, packet));
      return Streams.bytes(packet);
    } finally {
      avcodec.av_packet_free(packet);
      avutil.av_frame_free(yuv);
    }
  }

  private static int quantizer(int quality) {
    double share = (double) (BEST - quality) / (BEST - WORST);
    return (int) Math.round(BEST_QUANTIZER + share * (WORST_QUANTIZER - BEST_QUANTIZER));
  }

  private PixelScaler converter(AVFrame frame) {
    SourcePixels source = SourcePixels.of(frame);
    PixelScaler current = scaler;
    if (current == null || !current.source().equals(source)) {
      if (current != null) {
        current.close();
        scaler = null;
      }
      var target =
          new PixelScaler.Target(
              source.width(),
              source.height(),
              avutil.AV_PIX_FMT_YUV420P,
              true,
              swscale.SWS_CS_ITU601,
              // Without accuracy swscale has a short way from BGR that forgets the full range.
              swscale.SWS_BILINEAR | swscale.SWS_ACCURATE_RND);
      current = PixelScaler.create(source, target);
      scaler = current;
    }
    return current;
  }

  private AVCodecContext encoder(int width, int height) throws MediaException {
    AVCodecContext current = context;
    if (current != null && current.width() == width && current.height() == height) {
      return current;
    }
    closeEncoder();
    AVCodec codec = avcodec.avcodec_find_encoder(avcodec.AV_CODEC_ID_MJPEG);
    AVCodecContext created = FFmpeg.allocated("an encoder", avcodec.avcodec_alloc_context3(codec));
    created.width(width).height(height);
    created.pix_fmt(avutil.AV_PIX_FMT_YUVJ420P);
    created.color_range(avutil.AVCOL_RANGE_JPEG);
    created.time_base().num(1).den(1);
    created.flags(created.flags() | avcodec.AV_CODEC_FLAG_QSCALE);
    created.qmin(BEST_QUANTIZER);
    created.thread_count(1);
    int result = avcodec.avcodec_open2(created, codec, (AVDictionary) null);
    if (result < 0) {
      avcodec.avcodec_free_context(created);
      throw FFmpeg.failure("JPEG encoder for %d x %d".formatted(width, height), result);
    }
    NativeObjects.opened();
    context = created;
    return created;
  }

  private void closeEncoder() {
    if (context != null) {
      avcodec.avcodec_free_context(context);
      context = null;
      NativeObjects.closed();
    }
  }

  @Override
  public void close() {
    closed = true;
    closeEncoder();
    if (scaler != null) {
      scaler.close();
      scaler = null;
    }
  }
}
