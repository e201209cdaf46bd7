package io.kvsinfer.media.decode;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;

/**
 * How the pixels of a picture are to be understood. A picture that does not say which matrix it was
 * made with is BT.709 from 720 lines on, else BT.601; one that does not say its range is limited.
 *
 * @param format pixel format of FFmpeg's, without the retired full-range variants
 * @param fullRange whether luma runs 0..255 rather than 16..235
 * @param matrix colour matrix as a constant of swscale's
 */
record SourcePixels(int width, int height, int format, boolean fullRange, int matrix) {
  private static final int HIGH_DEFINITION_LINES = 720;

  static SourcePixels of(AVFrame frame) {
    int format = frame.format();
    boolean full = frame.color_range() == avutil.AVCOL_RANGE_JPEG;
    int plain = format;
    if (format == avutil.AV_PIX_FMT_YUVJ420P) {
      plain = avutil.AV_PIX_FMT_YUV420P;
    } else if (format == avutil.AV_PIX_FMT_YUVJ422P) {
      plain = avutil.AV_PIX_FMT_YUV422P;
    } else if (format == avutil.AV_PIX_FMT_YUVJ444P) {
      plain = avutil.AV_PIX_FMT_YUV444P;
    } else if (format == avutil.AV_PIX_FMT_YUVJ440P) {
      plain = avutil.AV_PIX_FMT_YUV440P;
    }
    return new SourcePixels(
        frame.width(),
        frame.height(),
        plain,
        full || plain != format,
        matrix(frame.colorspace(), frame.height()));
  }

  static int matrix(int colorSpace, int height) {
    if (colorSpace == avutil.AVCOL_SPC_BT709) {
      return swscale.SWS_CS_ITU709;
    } else if (colorSpace == avutil.AVCOL_SPC_BT470BG || colorSpace == avutil.AVCOL_SPC_SMPTE170M) {
      return swscale.SWS_CS_ITU601;
    } else if (colorSpace == avutil.AVCOL_SPC_SMPTE240M) {
      return swscale.SWS_CS_SMPTE240M;
    } else if (colorSpace == avutil.AVCOL_SPC_FCC) {
      return swscale.SWS_CS_FCC;
    } else if (colorSpace == avutil.AVCOL_SPC_BT2020_NCL
        || colorSpace == avutil.AVCOL_SPC_BT2020_CL) {
      return swscale.SWS_CS_BT2020;
    }
    return height >= HIGH_DEFINITION_LINES ? swscale.SWS_CS_ITU709 : swscale.SWS_CS_ITU601;
  }
}
