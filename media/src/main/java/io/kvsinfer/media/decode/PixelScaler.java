package io.kvsinfer.media.decode;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** One context of swscale: pictures of one kind to pictures of another. Not thread-safe. */
final class PixelScaler implements AutoCloseable {
  private static final int ONE = 1 << 16;
  private static final int PLANES = 4;

  /**
   * What comes out.
   *
   * @param format pixel format of FFmpeg's
   * @param filter scaling filter and flags of swscale's
   */
  record Target(int width, int height, int format, boolean fullRange, int matrix, int filter) {
    /** RGB in any arrangement: full range, no matrix of its own. */
    static Target rgb(int width, int height, int format, int filter) {
      return new Target(width, height, format, true, swscale.SWS_CS_DEFAULT, filter);
    }
  }

  private final SourcePixels source;
  private final Target target;
  private final SwsContext context;
  private final PointerPointer<Pointer> planes = new PointerPointer<>(PLANES);
  private final IntPointer strides = new IntPointer(PLANES);
  private boolean closed;

  private PixelScaler(SourcePixels source, Target target, SwsContext context) {
    this.source = source;
    this.target = target;
    this.context = context;
  }

  /**
   * A scaler for pictures like {@code source}.
   *
   * @throws IllegalArgumentException when swscale has no way between the two formats
   */
  static PixelScaler create(SourcePixels source, Target target) {
    FFmpeg.load();
    SwsContext context =
        swscale.sws_getContext(
            source.width(),
            source.height(),
            source.format(),
            target.width(),
            target.height(),
            target.format(),
            target.filter(),
            null,
            null,
            (DoublePointer) null);
    if (context == null) {
      throw new IllegalArgumentException("no conversion from " + source + " to " + target);
    }
    // Its answer is of no use: it refuses where neither side has a matrix, which is no error here.
    swscale.sws_setColorspaceDetails(
        context,
        swscale.sws_getCoefficients(source.matrix()),
        source.fullRange() ? 1 : 0,
        swscale.sws_getCoefficients(target.matrix()),
        target.fullRange() ? 1 : 0,
        0,
        ONE,
        ONE);
    NativeObjects.opened();
    return new PixelScaler(source, target, context);
  }

  SourcePixels source() {
    return source;
  }

  Target target() {
    return target;
  }

  /** Where plane {@code index} of the result goes: its first byte and the bytes of a row. */
  void plane(int index, Pointer address, int stride) {
    planes.put(index, address);
    strides.put(index, stride);
  }

  /** Converts {@code frame} into the planes given before, which must be large enough. */
  void scale(AVFrame frame) {
    if (closed) {
      throw new IllegalStateException("this scaler is closed");
    }
    swscale.sws_scale(context, frame.data(), frame.linesize(), 0, source.height(), planes, strides);
  }

  /** Converts {@code frame} into {@code into}, whose buffers must be there. */
  void scale(AVFrame frame, AVFrame into) {
    for (int i = 0; i < PLANES; i++) {
      BytePointer data = into.data(i);
      planes.put(i, data);
      strides.put(i, into.linesize(i));
    }
    scale(frame);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      swscale.sws_freeContext(context);
      planes.close();
      strides.close();
      NativeObjects.closed();
    }
  }
}
