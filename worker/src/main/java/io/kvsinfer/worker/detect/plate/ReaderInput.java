package io.kvsinfer.worker.detect.plate;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a reader's input wants to be.
 *
 * @param width in pixels
 * @param height in pixels
 * @param channels 1 = grey, else 3
 * @param channelsLast {@code [1, height, width, channels]} rather than {@code [1, channels, height,
 *     width]}
 * @param range one of {@link #RANGES}
 * @param order one of {@link #ORDERS}, without meaning for grey
 * @param fit one of {@link #FITS}
 */
record ReaderInput(
    int width,
    int height,
    int channels,
    boolean channelsLast,
    String range,
    String order,
    String fit) {
  /** 0..1, -1..1, 0..255. */
  static final List<String> RANGES = List.of("unit", "signed", "bytes");

  static final List<String> ORDERS = List.of("rgb", "bgr");

  /** The plate fills the input, or keeps its aspect with grey to its right. */
  static final List<String> FITS = List.of("stretch", "pad");

  private static final float GREY = 127.5f;
  private static final int BGR = 3;

  /** Shape of the tensor. */
  List<Integer> shape() {
    return channelsLast ? List.of(1, height, width, channels) : List.of(1, channels, height, width);
  }

  /**
   * Writes a plate into the tensor.
   *
   * @param tensor direct, native byte order, float32 of {@link #shape}
   */
  void write(PlateCrop plate, ByteBuffer tensor) {
    int covered =
        fit.equals("pad") ? Math.clamp(Math.round(height * plate.aspect()), 1, width) : width;
    float[] bgr = plate.upright(covered, height);
    float grey = number(GREY);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int from = (y * covered + x) * BGR;
        for (int c = 0; c < channels; c++) {
          float value = x < covered ? number(value(bgr, from, c)) : grey;
          tensor.putFloat(index(c, y, x) * Float.BYTES, value);
        }
      }
    }
  }

  private float value(float[] bgr, int from, int channel) {
    if (channels == 1) {
      // Luma of ITU-R BT.601, which grey pictures are made with everywhere.
      return 0.114f * bgr[from] + 0.587f * bgr[from + 1] + 0.299f * bgr[from + 2];
    }
    return bgr[from + (order.equals("bgr") ? channel : 2 - channel)];
  }

  private int index(int channel, int y, int x) {
    return channelsLast ? (y * width + x) * channels + channel : (channel * height + y) * width + x;
  }

  private float number(float value) {
    return switch (range) {
      case "unit" -> value / 255;
      case "signed" -> value / GREY - 1;
      case "bytes" -> value;
      default -> throw new IllegalStateException(range);
    };
  }
}
