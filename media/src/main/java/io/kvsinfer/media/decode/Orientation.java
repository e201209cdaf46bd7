package io.kvsinfer.media.decode;

import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * How a camera was held, as its picture's metadata (Exif) say: quarter turns and mirrors that bring
 * the stored pixels upright. A pixel at x, y right and down of the centre belongs at {@code a x + c
 * y, b x + d y}; each of the four is -1, 0 or 1.
 */
record Orientation(int a, int b, int c, int d) {
  private static final Orientation UPRIGHT = new Orientation(1, 0, 0, 1);
  private static final int MATRIX = 9;

  /** That of a decoded picture; upright where nothing is said, or no quarter turns but an angle. */
  static Orientation of(AVFrame frame) {
    AVFrameSideData side = avutil.av_frame_get_side_data(frame, avutil.AV_FRAME_DATA_DISPLAYMATRIX);
    if (side == null || side.size() < (long) MATRIX * Integer.BYTES) {
      return UPRIGHT;
    }
    IntBuffer matrix =
        side.data()
            .capacity((long) MATRIX * Integer.BYTES)
            .asByteBuffer()
            .order(ByteOrder.nativeOrder())
            .asIntBuffer();
    // Rows of three: a b u, c d v, x y w; of these 16.16 numbers only the signs count.
    Orientation said =
        new Orientation(
            Integer.signum(matrix.get(0)),
            Integer.signum(matrix.get(1)),
            Integer.signum(matrix.get(3)),
            Integer.signum(matrix.get(4)));
    return said.isQuarterTurns() ? said : UPRIGHT;
  }

  private boolean isQuarterTurns() {
    return Math.abs(a * d - b * c) == 1 && (a == 0) == (d == 0) && (a == 0) != (b == 0);
  }

  boolean isUpright() {
    return equals(UPRIGHT);
  }

  /** Whether width and height change places. */
  boolean swapsSides() {
    return a == 0;
  }

  /**
   * The pixels upright; packed BGR as {@link BgrPictures} has it, of the stored width and height.
   */
  byte[] upright(byte[] bgr, int width, int height) {
    int outWidth = swapsSides() ? height : width;
    byte[] turned = new byte[bgr.length];
    int left = (a < 0 ? width - 1 : 0) + (c < 0 ? height - 1 : 0);
    int top = (b < 0 ? width - 1 : 0) + (d < 0 ? height - 1 : 0);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from = 3 * (y * width + x);
        int to = 3 * ((b * x + d * y + top) * outWidth + a * x + c * y + left);
        turned[to] = bgr[from];
        turned[to + 1] = bgr[from + 1];
        turned[to + 2] = bgr[from + 2];
      }
    }
    return turned;
  }
}
