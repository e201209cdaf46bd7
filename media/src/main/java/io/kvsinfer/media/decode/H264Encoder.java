package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.jspecify.annotations.Nullable;

/** Encodes H.264 without B-frames, for scenes that the project renders. Not thread-safe. */
public final class H264Encoder implements AutoCloseable {
  private final int width;
  private final int height;
  private final AVCodecContext context;
  private final VideoTrack track;
  private final SourcePixels source;
  private final PixelScaler scaler;
  private boolean closed;

  private H264Encoder(int width, int height, AVCodecContext context, VideoTrack track) {
    this.width = width;
    this.height = height;
    this.context = context;
    this.track = track;
    int matrix = SourcePixels.matrix(context.colorspace(), height);
    this.source =
        new SourcePixels(width, height, avutil.AV_PIX_FMT_BGR24, true, swscale.SWS_CS_DEFAULT);
    this.scaler =
        PixelScaler.create(
            source,
            new PixelScaler.Target(
                width,
                height,
                avutil.AV_PIX_FMT_YUV420P,
                false,
                matrix,
                swscale.SWS_BILINEAR | swscale.SWS_ACCURATE_RND));
  }

  /**
   * An encoder for pictures of one size, marked as BT.709 from 720 lines on, else as BT.601.
   *
   * @param width pixels, even, likewise {@code height}
   * @param fps frames per second, by which the bit rate is kept
   * @param bitRate bits per second
   * @param gop frames from one keyframe to the next
   */
  public static H264Encoder open(int width, int height, int fps, int bitRate, int gop)
      throws MediaException {
    FFmpeg.load();
    if (width < 16 || height < 16 || width % 2 != 0 || height % 2 != 0 || fps < 1 || gop < 1) {
      throw new IllegalArgumentException(
          "%d x %d at %d fps, gop %d: sizes must be even and at least 16, the others at least 1"
              .formatted(width, height, fps, gop));
    }
    AVCodec codec = avcodec.avcodec_find_encoder_by_name("libopenh264");
    if (codec == null) {
      throw new MediaException("this FFmpeg has no libopenh264");
    }
    AVCodecContext context = FFmpeg.allocated("an encoder", avcodec.avcodec_alloc_context3(codec));
    boolean done = false;
    try {
      configure(context, width, height, fps, bitRate, gop);
      String what = "H.264 encoder for %d x %d".formatted(width, height);
      FFmpeg.check(what, avcodec.avcodec_open2(context, codec, (AVDictionary) null));
      byte[] parameterSets = new byte[context.extradata_size()];
      context.extradata().get(parameterSets, 0, parameterSets.length);
      VideoTrack found =
          AnnexB.track(Codec.H264, parameterSets)
              .orElseThrow(() -> new MediaException(what + " gave no parameter sets"));
      VideoTrack track = new VideoTrack(Codec.H264, found.codecPrivate(), width, height);
      H264Encoder encoder = new H264Encoder(width, height, context, track);
      done = true;
      NativeObjects.opened();
      return encoder;
    } finally {
      if (!done) {
        avcodec.avcodec_free_context(context);
      }
    }
  }

  private static void configure(
      AVCodecContext context, int width, int height, int fps, int bitRate, int gop) {
    boolean high =
        SourcePixels.matrix(avutil.AVCOL_SPC_UNSPECIFIED, height) == swscale.SWS_CS_ITU709;
    context.width(width).height(height);
    context.pix_fmt(avutil.AV_PIX_FMT_YUV420P);
    context.time_base().num(1).den(FFmpeg.MICROSECONDS);
    context.framerate().num(fps).den(1);
    context.bit_rate(bitRate);
    context.gop_size(gop);
    context.max_b_frames(0);
    context.thread_count(1);
    context.color_range(avutil.AVCOL_RANGE_MPEG);
    context.colorspace(high ? avutil.AVCOL_SPC_BT709 : avutil.AVCOL_SPC_SMPTE170M);
    context.color_primaries(high ? avutil.AVCOL_PRI_BT709 : avutil.AVCOL_PRI_SMPTE170M);
    context.color_trc(high ? avutil.AVCOL_TRC_BT709 : avutil.AVCOL_TRC_SMPTE170M);
    context.flags(context.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
  }

  /** The track of the samples, with {@code avcC}. */
  public VideoTrack track() {
    return track;
  }

  /**
   * Encodes the next picture.
   *
   * @param bgr packed, {@code height × width × 3}
   * @param presentUs when it is shown, in microseconds, rising
   * @return length-prefixed samples that are ready, usually one
   */
  public List<Sample> encodeBgr(byte[] bgr, long presentUs) throws MediaException {
    requireOpen();
    AVFrame picture = BgrPictures.allocate(bgr, width, height);
    AVFrame yuv = BgrPictures.picture(width, height, avutil.AV_PIX_FMT_YUV420P);
    try {
      scaler.scale(picture, yuv);
      yuv.pts(presentUs);
      return encode(yuv);
    } finally {
      avutil.av_frame_free(yuv);
      avutil.av_frame_free(picture);
    }
  }

  /** The samples still held back; nothing can be encoded after. */
  public List<Sample> finish() throws MediaException {
    requireOpen();
    return encode(null);
  }

  private List<Sample> encode(@Nullable AVFrame frame) throws MediaException {
    FFmpeg.check("H.264 picture", avcodec.avcodec_send_frame(context, frame));
    List<Sample> samples = new ArrayList<>();
    AVPacket packet = FFmpeg.allocated("a packet", avcodec.av_packet_alloc());
    try {
      while (avcodec.avcodec_receive_packet(context, packet) >= 0) {
        byte[] data = AnnexB.toSample(Codec.H264, Streams.bytes(packet));
        samples.add(new Sample(data, packet.pts(), packet.pts(), Streams.isKey(packet)));
        avcodec.av_packet_unref(packet);
      }
      return samples;
    } finally {
      avcodec.av_packet_free(packet);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this encoder is closed");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      scaler.close();
      avcodec.avcodec_free_context(context);
      NativeObjects.closed();
    }
  }
}
