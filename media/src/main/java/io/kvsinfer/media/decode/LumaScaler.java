package io.kvsinfer.media.decode;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * Small grey pictures, for telling whether anything moves. Brightness is as the video holds it:
 * limited range stays limited. Not thread-safe.
 */
public final class LumaScaler implements AutoCloseable {
  private static final int BYTE_BITS = 8;

  private @Nullable PixelScaler scaler;
  private @Nullable BytePointer target;

  /**
   * The picture's luma, each result pixel the mean of those it covers.
   *
   * @return {@code width × height} bytes, unsigned, row by row
   */
  public byte[] scale(VideoFrame frame, int width, int height) {
    AVFrame picture = NativeFrame.of(frame);
    SourcePixels source = luma(SourcePixels.of(picture));
    PixelScaler current = scaler;
    BytePointer memory = target;
    if (current == null
        || memory == null
        || !current.source().equals(source)
        || current.target().width() != width
        || current.target().height() != height) {
      close();
      var grey =
          new PixelScaler.Target(
              width,
              height,
              avutil.AV_PIX_FMT_GRAY8,
              source.fullRange(),
              source.matrix(),
              swscale.SWS_AREA);
      current = PixelScaler.create(source, grey);
      memory = new BytePointer((long) width * height);
      current.plane(0, memory, width);
      scaler = current;
      target = memory;
    }
    current.scale(picture);
    byte[] result = new byte[width * height];
    memory.get(result, 0, result.length);
    return result;
  }

  /** Where luma is a plane of bytes it is read as a grey picture, without touching the colours. */
  private static SourcePixels luma(SourcePixels source) {
    AVPixFmtDescriptor description = avutil.av_pix_fmt_desc_get(source.format());
    boolean plane =
        description != null
            && (description.flags() & (avutil.AV_PIX_FMT_FLAG_RGB | avutil.AV_PIX_FMT_FLAG_PAL))
                == 0
            && description.comp(0).plane() == 0
            && description.comp(0).step() == 1
            && description.comp(0).depth() == BYTE_BITS;
    return plane
        ? new SourcePixels(
            source.width(),
            source.height(),
            avutil.AV_PIX_FMT_GRAY8,
            source.fullRange(),
            source.matrix())
        : source;
  }

  @Override
  public void close() {
    if (scaler != null) {
      scaler.close();
      scaler = null;
    }
    if (target != null) {
      target.close();
      target = null;
    }
  }
}
