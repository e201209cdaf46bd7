package io.kvsinfer.media.decode;

import io.kvsinfer.media.decode.TensorFormat.ChannelOrder;
import io.kvsinfer.media.frame.Letterbox;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * Scales pictures straight into the memory of a tensor, three planes of {@code height × width}
 * (NCHW with N = 1), the picture where the letterbox puts it and padding around it. Where the
 * format wants the colours of a pixel together (NHWC), the planes are put so afterwards. Not
 * thread-safe.
 */
public final class TensorScaler implements AutoCloseable {
  private static final int CHANNELS = 3;
  private static final int BYTE_RANGE = 255;

  /**
   * Without the second, swscale takes the colours of two neighbours together where an RGB picture
   * is reduced to half or less. Pictures of video have their colours as they are.
   */
  private static final int FILTER = swscale.SWS_BILINEAR | swscale.SWS_FULL_CHR_H_INP;

  private final Letterbox box;
  private final TensorFormat format;
  private final float[] row;
  private @Nullable ByteBuffer planes;
  private @Nullable PixelScaler floats;
  private @Nullable PixelScaler bytes;

  private TensorScaler(Letterbox box, TensorFormat format) {
    this.box = box;
    this.format = format;
    this.row = new float[box.width()];
  }

  /** A scaler for pictures of the letterbox's source size. */
  public static TensorScaler create(Letterbox box, TensorFormat format) {
    FFmpeg.load();
    return new TensorScaler(box, format);
  }

  /** Where the picture lies in the tensor. */
  public Letterbox letterbox() {
    return box;
  }

  /**
   * Fills {@code tensor} from its position on; position and limit stay.
   *
   * @param tensor direct, native byte order, at least {@code 3 × height × width × 4} bytes: float32
   * @throws IllegalArgumentException when the picture has not the letterbox's source size (make
   *     another scaler), or the buffer does not fit
   */
  public void scale(VideoFrame frame, ByteBuffer tensor) {
    AVFrame picture = requireSize(frame);
    ByteBuffer target = require(tensor, Float.BYTES);
    if (tensor.order() != ByteOrder.nativeOrder()) {
      throw new IllegalArgumentException("a float tensor must be in native byte order");
    }
    floats = matching(floats, picture, avutil.AV_PIX_FMT_GBRPF32LE);
    ByteBuffer made = format.interleaved() ? planes() : target;
    write(floats, picture, made, Float.BYTES);
    FloatBuffer numbers = made.order(ByteOrder.nativeOrder()).asFloatBuffer();
    for (int c = 0; c < CHANNELS; c++) {
      normalize(numbers, c);
    }
    pad(numbers);
    if (format.interleaved()) {
      interleave(numbers, target.order(ByteOrder.nativeOrder()).asFloatBuffer());
    }
  }

  private ByteBuffer planes() {
    ByteBuffer memory = planes;
    if (memory == null) {
      memory = ByteBuffer.allocateDirect(CHANNELS * box.width() * box.height() * Float.BYTES);
      planes = memory;
    }
    return memory;
  }

  private void interleave(FloatBuffer from, FloatBuffer to) {
    int plane = box.width() * box.height();
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < CHANNELS; c++) {
        to.put(i * CHANNELS + c, from.get(c * plane + i));
      }
    }
  }

  /**
   * The same as 8-bit numbers 0..255 in planes, whatever the format's scale, mean, deviation and
   * arrangement; padding is brought to 0..255.
   *
   * @param tensor direct, at least {@code 3 × height × width} bytes
   */
  public void scaleBytes(VideoFrame frame, ByteBuffer tensor) {
    AVFrame picture = requireSize(frame);
    ByteBuffer target = require(tensor, 1);
    bytes = matching(bytes, picture, avutil.AV_PIX_FMT_GBRP);
    write(bytes, picture, target, 1);
    pad(target);
  }

  private AVFrame requireSize(VideoFrame frame) {
    AVFrame picture = NativeFrame.of(frame);
    if (picture.width() != box.sourceWidth() || picture.height() != box.sourceHeight()) {
      throw new IllegalArgumentException(
          "a picture of %d x %d in a scaler for %d x %d: the size changed, make another scaler"
              .formatted(picture.width(), picture.height(), box.sourceWidth(), box.sourceHeight()));
    }
    return picture;
  }

  private ByteBuffer require(ByteBuffer tensor, int size) {
    long needed = (long) CHANNELS * box.width() * box.height() * size;
    if (!tensor.isDirect() || tensor.isReadOnly() || tensor.remaining() < needed) {
      throw new IllegalArgumentException(
          "a direct, writable buffer of %d bytes is needed, not %s".formatted(needed, tensor));
    }
    return tensor.slice();
  }

  private PixelScaler matching(@Nullable PixelScaler scaler, AVFrame picture, int pixels) {
    SourcePixels source = SourcePixels.of(picture);
    if (scaler != null && scaler.source().equals(source)) {
      return scaler;
    }
    if (scaler != null) {
      scaler.close();
    }
    return PixelScaler.create(
        source, PixelScaler.Target.rgb(box.scaledWidth(), box.scaledHeight(), pixels, FILTER));
  }

  private void write(PixelScaler scaler, AVFrame picture, ByteBuffer target, int size) {
    BytePointer base = new BytePointer(target);
    long plane = (long) box.width() * box.height() * size;
    long corner = ((long) box.top() * box.width() + box.left()) * size;
    int stride = box.width() * size;
    boolean rgb = format.order() == ChannelOrder.RGB;
    long red = rgb ? 0 : 2;
    long blue = rgb ? 2 : 0;
    // swscale's planar RGB comes as green, blue, red.
    scaler.plane(0, base.getPointer(BytePointer.class, plane + corner), stride);
    scaler.plane(1, base.getPointer(BytePointer.class, blue * plane + corner), stride);
    scaler.plane(2, base.getPointer(BytePointer.class, red * plane + corner), stride);
    try {
      scaler.scale(picture);
    } finally {
      Reference.reachabilityFence(target);
    }
  }

  /** Colours of 0..1 become numbers of the format; nothing where they are the same. */
  private void normalize(FloatBuffer numbers, int plane) {
    float factor = format.factor(plane);
    float offset = format.offset(plane);
    if (Math.abs(factor - 1) < 1e-7f && offset == 0) {
      return;
    }
    int width = box.scaledWidth();
    for (int y = 0; y < box.scaledHeight(); y++) {
      int at = (plane * box.height() + box.top() + y) * box.width() + box.left();
      numbers.get(at, row, 0, width);
      for (int x = 0; x < width; x++) {
        row[x] = row[x] * factor + offset;
      }
      numbers.put(at, row, 0, width);
    }
  }

  private void pad(FloatBuffer numbers) {
    for (int c = 0; c < CHANNELS; c++) {
      Arrays.fill(row, format.padding(c));
      padding(c, (at, length) -> numbers.put(at, row, 0, length));
    }
  }

  private void pad(ByteBuffer numbers) {
    double unit = format.padding() / format.scale();
    byte[] grey = new byte[box.width()];
    Arrays.fill(grey, (byte) Math.clamp(Math.round(unit), 0, BYTE_RANGE));
    for (int c = 0; c < CHANNELS; c++) {
      padding(c, (at, length) -> numbers.put(at, grey, 0, length));
    }
  }

  private interface Run {
    void fill(int at, int length);
  }

  private void padding(int plane, Run run) {
    int bottom = box.top() + box.scaledHeight();
    int right = box.left() + box.scaledWidth();
    for (int y = 0; y < box.height(); y++) {
      int at = (plane * box.height() + y) * box.width();
      if (y < box.top() || y >= bottom) {
        run.fill(at, box.width());
      } else {
        if (box.left() > 0) {
          run.fill(at, box.left());
        }
        if (right < box.width()) {
          run.fill(at + right, box.width() - right);
        }
      }
    }
  }

  @Override
  public void close() {
    if (floats != null) {
      floats.close();
      floats = null;
    }
    if (bytes != null) {
      bytes.close();
      bytes = null;
    }
  }
}
