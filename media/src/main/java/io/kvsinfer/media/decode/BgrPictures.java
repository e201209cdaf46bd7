package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.FrameTime;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.BytePointer;

/** Pictures as packed BGR bytes, {@code height × width × 3}, without padding, and back. */
public final class BgrPictures {
  /** Of the first pixel of a part: formats share a colour among 4 pixels at most. */
  private static final int ALIGNMENT = 4;

  private BgrPictures() {}

  /**
   * A picture with these pixels, to be closed by the caller.
   *
   * @param bgr packed BGR, {@code height × width × 3}; copied
   */
  public static VideoFrame of(byte[] bgr, int width, int height, FrameTime time) {
    return NativeFrame.own(allocate(bgr, width, height), time);
  }

  static AVFrame allocate(byte[] bgr, int width, int height) {
    requireSize(bgr, width, height);
    FFmpeg.load();
    AVFrame frame = picture(width, height, avutil.AV_PIX_FMT_BGR24);
    int row = 3 * width;
    int stride = frame.linesize(0);
    BytePointer data = frame.data(0);
    for (int y = 0; y < height; y++) {
      data.position((long) y * stride).put(bgr, y * row, row);
    }
    return frame;
  }

  static void requireSize(byte[] bgr, int width, int height) {
    if (width < 1 || height < 1 || bgr.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "%d bytes are not a BGR picture of %d x %d".formatted(bgr.length, width, height));
    }
  }

  /** An empty picture with buffers of its own, to be freed by the caller. */
  static AVFrame picture(int width, int height, int format) {
    AVFrame frame = FFmpeg.allocated("a picture", avutil.av_frame_alloc());
    frame.width(width).height(height).format(format);
    if (avutil.av_frame_get_buffer(frame, 0) < 0) {
      avutil.av_frame_free(frame);
      throw new IllegalStateException(
          "FFmpeg could not allocate a picture of %d x %d".formatted(width, height));
    }
    return frame;
  }

  static byte[] toBgr(AVFrame frame) {
    return toBgr(frame, SourcePixels.of(frame));
  }

  static byte[] toBgr(AVFrame frame, int left, int top, int width, int height) {
    if (left < 0
        || top < 0
        || left % ALIGNMENT != 0
        || top % ALIGNMENT != 0
        || width < 1
        || height < 1
        || left > frame.width() - width
        || top > frame.height() - height) {
      throw new IllegalArgumentException(
          "%d x %d from %d, %d is no part of a picture of %d x %d, begun at multiples of %d"
              .formatted(width, height, left, top, frame.width(), frame.height(), ALIGNMENT));
    }
    // The part must not be taken for a small picture, which would have another matrix.
    SourcePixels whole = SourcePixels.of(frame);
    AVFrame part = FFmpeg.allocated("a picture", avutil.av_frame_clone(frame));
    try {
      part.crop_left(left)
          .crop_top(top)
          .crop_right(frame.width() - left - width)
          .crop_bottom(frame.height() - top - height);
      if (avutil.av_frame_apply_cropping(part, avutil.AV_FRAME_CROP_UNALIGNED) < 0) {
        throw new IllegalStateException("FFmpeg could not cut a part of " + whole);
      }
      return toBgr(
          part, new SourcePixels(width, height, whole.format(), whole.fullRange(), whole.matrix()));
    } finally {
      avutil.av_frame_free(part);
    }
  }

  private static byte[] toBgr(AVFrame frame, SourcePixels source) {
    int width = frame.width();
    int height = frame.height();
    var target =
        PixelScaler.Target.rgb(
            width,
            height,
            avutil.AV_PIX_FMT_BGR24,
            swscale.SWS_BILINEAR | swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INT);
    AVFrame bgr = picture(width, height, avutil.AV_PIX_FMT_BGR24);
    try (PixelScaler scaler = PixelScaler.create(source, target)) {
      scaler.scale(frame, bgr);
      byte[] bytes = new byte[3 * width * height];
      int row = 3 * width;
      int stride = bgr.linesize(0);
      BytePointer data = bgr.data(0);
      for (int y = 0; y < height; y++) {
        data.position((long) y * stride).get(bytes, y * row, row);
      }
      return bytes;
    } finally {
      avutil.av_frame_free(bgr);
    }
  }
}
