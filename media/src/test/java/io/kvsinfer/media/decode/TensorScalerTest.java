package io.kvsinfer.media.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kvsinfer.media.decode.TensorFormat.ChannelOrder;
import io.kvsinfer.media.frame.Letterbox;
import io.kvsinfer.media.frame.Letterbox.Anchor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NothingStaysOpen.class)
class TensorScalerTest {
  private static final byte GUARD = 0x55;
  private static final int GUARD_BYTES = 256;

  private static ByteBuffer buffer(int bytes) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    for (int i = 0; i < bytes; i++) {
      buffer.put(i, GUARD);
    }
    return buffer;
  }

  private static float at(FloatBuffer tensor, Letterbox box, int channel, int x, int y) {
    return tensor.get((channel * box.height() + y) * box.width() + x);
  }

  /** Left half orange, right half teal: no two channels alike. */
  private static byte[] halves(int width, int height) {
    byte[] bgr = TestPictures.plain(width, height, 30, 120, 240);
    TestPictures.fill(bgr, width, width / 2, 0, width, height, 160, 140, 10);
    return bgr;
  }

  @Test
  void planes_are_red_green_blue_from_0_to_1_with_grey_around() {
    Letterbox box = Letterbox.fit(640, 360, 320, 320, Anchor.CENTER);
    ByteBuffer tensor = buffer(3 * 320 * 320 * 4);
    try (VideoFrame frame = BgrPictures.of(halves(640, 360), 640, 360, TestPictures.noTime());
        TensorScaler scaler = TensorScaler.create(box, TensorFormat.unit(ChannelOrder.RGB))) {
      scaler.scale(frame, tensor);
    }
    FloatBuffer numbers = tensor.asFloatBuffer();
    float[] left = {240, 120, 30};
    float[] right = {10, 140, 160};
    for (int c = 0; c < 3; c++) {
      assertThat(at(numbers, box, c, 40, 160)).isCloseTo(left[c] / 255, within(0.004f));
      assertThat(at(numbers, box, c, 280, 160)).isCloseTo(right[c] / 255, within(0.004f));
      assertThat(at(numbers, box, c, 40, box.top())).isCloseTo(left[c] / 255, within(0.01f));
      assertThat(at(numbers, box, c, 40, box.top() - 1)).isEqualTo(114 / 255f);
      assertThat(at(numbers, box, c, 319, 319)).isEqualTo(114 / 255f);
      assertThat(at(numbers, box, c, 0, 0)).isEqualTo(114 / 255f);
    }
    assertThat(tensor.position()).isZero();
  }

  @Test
  void blue_comes_first_and_runs_to_255_where_the_model_wants_it() {
    Letterbox box = Letterbox.fit(640, 360, 416, 416, Anchor.TOP_LEFT);
    ByteBuffer tensor = buffer(3 * 416 * 416 * 4);
    try (VideoFrame frame = BgrPictures.of(halves(640, 360), 640, 360, TestPictures.noTime());
        TensorScaler scaler = TensorScaler.create(box, TensorFormat.bytes(ChannelOrder.BGR))) {
      scaler.scale(frame, tensor);
      assertThat(scaler.letterbox()).isEqualTo(box);
    }
    FloatBuffer numbers = tensor.asFloatBuffer();
    float[] left = {30, 120, 240};
    for (int c = 0; c < 3; c++) {
      assertThat(at(numbers, box, c, 0, 0)).isCloseTo(left[c], within(1f));
      assertThat(at(numbers, box, c, 100, 233)).isCloseTo(left[c], within(2f));
      assertThat(at(numbers, box, c, 100, 234)).isEqualTo(114f);
    }
  }

  @Test
  void mean_and_deviation_of_each_colour_are_applied_to_picture_and_padding() {
    Letterbox box = Letterbox.fit(640, 360, 320, 320, Anchor.CENTER);
    List<Double> mean = List.of(0.1, 0.2, 0.3);
    List<Double> deviation = List.of(0.5, 0.25, 2.0);
    TensorFormat format = TensorFormat.unit(ChannelOrder.RGB).normalized(mean, deviation);
    ByteBuffer tensor = buffer(3 * 320 * 320 * 4);
    ByteBuffer together = buffer(3 * 320 * 320 * 4 + GUARD_BYTES);
    try (VideoFrame frame = BgrPictures.of(halves(640, 360), 640, 360, TestPictures.noTime());
        TensorScaler scaler = TensorScaler.create(box, format);
        TensorScaler interleaved = TensorScaler.create(box, format.together())) {
      scaler.scale(frame, tensor);
      scaler.scale(frame, tensor);
      interleaved.scale(frame, together);
      interleaved.scale(frame, together);
    }
    FloatBuffer numbers = tensor.asFloatBuffer();
    double[] left = {240 / 255.0, 120 / 255.0, 30 / 255.0};
    for (int c = 0; c < 3; c++) {
      float expected = (float) ((left[c] - mean.get(c)) / deviation.get(c));
      assertThat(at(numbers, box, c, 40, 160)).isCloseTo(expected, within(0.02f));
      float padding = (float) ((114 / 255.0 - mean.get(c)) / deviation.get(c));
      assertThat(at(numbers, box, c, 40, 0)).isCloseTo(padding, within(1e-6f));
    }
    for (int i = 0; i < 320 * 320; i++) {
      for (int c = 0; c < 3; c++) {
        assertThat(together.getFloat(4 * (3 * i + c))).isEqualTo(numbers.get(c * 320 * 320 + i));
      }
    }
    assertThat(together.get(3 * 320 * 320 * 4)).isEqualTo(GUARD);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0", "1, -1", "NaN, 1", "1, Infinity"})
  void a_format_that_cannot_be_is_refused(double mean, double deviation) {
    List<Double> means = List.of(0.0, mean, 0.0);
    List<Double> deviations = List.of(1.0, 1.0, deviation);
    TensorFormat format = TensorFormat.unit(ChannelOrder.RGB);
    if (mean == 0) {
      assertThat(format.normalized(means, deviations).padding()).isEqualTo(114 / 255f);
    } else {
      assertThatThrownBy(() -> format.normalized(means, deviations))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("deviation");
    }
  }

  @Test
  void bytes_are_the_same_numbers_without_a_fraction() {
    Letterbox box = Letterbox.fit(360, 640, 320, 320, Anchor.CENTER);
    ByteBuffer tensor = buffer(3 * 320 * 320 + 10).position(10);
    try (VideoFrame frame = BgrPictures.of(halves(360, 640), 360, 640, TestPictures.noTime());
        TensorScaler scaler = TensorScaler.create(box, TensorFormat.unit(ChannelOrder.RGB))) {
      scaler.scaleBytes(frame, tensor);
      scaler.scaleBytes(frame, tensor);
    }
    int[] left = {240, 120, 30};
    for (int c = 0; c < 3; c++) {
      int plane = 10 + c * 320 * 320;
      assertThat(tensor.get(plane + 100 * 320 + 80) & 0xff).isCloseTo(left[c], within(1));
      assertThat(tensor.get(plane + 100 * 320) & 0xff).isEqualTo(114);
      assertThat(tensor.get(plane + 100 * 320 + 319) & 0xff).isEqualTo(114);
    }
    assertThat(tensor.get(9)).isEqualTo(GUARD);
  }

  @ParameterizedTest
  @CsvSource({
    "640, 360, 321, 317",
    "426, 240, 320, 320",
    "333, 777, 224, 224",
    "1920, 1080, 13, 7",
    "64, 64, 640, 640",
    "17, 1000, 64, 64"
  })
  void nothing_is_written_beside_the_picture_or_beyond_the_tensor(
      int width, int height, int tensorWidth, int tensorHeight) {
    int count = 3 * tensorWidth * tensorHeight;
    for (Anchor anchor : Anchor.values()) {
      Letterbox box = Letterbox.fit(width, height, tensorWidth, tensorHeight, anchor);
      ByteBuffer floats = buffer(4 * count + GUARD_BYTES);
      ByteBuffer bytes = buffer(count + GUARD_BYTES);
      try (VideoFrame frame =
              BgrPictures.of(
                  TestPictures.plain(width, height, 200, 200, 200),
                  width,
                  height,
                  TestPictures.noTime());
          TensorScaler scaler = TensorScaler.create(box, TensorFormat.unit(ChannelOrder.RGB))) {
        scaler.scale(frame, floats);
        scaler.scaleBytes(frame, bytes);
      }
      for (int i = 0; i < GUARD_BYTES; i++) {
        assertThat(floats.get(4 * count + i)).isEqualTo(GUARD);
        assertThat(bytes.get(count + i)).isEqualTo(GUARD);
      }
      for (int i = 0; i < count; i++) {
        int x = i % tensorWidth - box.left();
        int y = i / tensorWidth % tensorHeight - box.top();
        boolean inside = x >= 0 && y >= 0 && x < box.scaledWidth() && y < box.scaledHeight();
        float expected = inside ? 200 / 255f : 114 / 255f;
        // Two steps of 255: swscale's filter taps have 14 bits, and here hundreds add up.
        if (Math.abs(floats.getFloat(4 * i) - expected) > 0.008
            || Math.abs((bytes.get(i) & 0xff) - 255 * expected) > 2) {
          assertThat(floats.getFloat(4 * i))
              .as("%s column %d row %d, byte %d", box, x, y, bytes.get(i) & 0xff)
              .isCloseTo(expected, within(0.008f));
        }
      }
    }
  }

  /**
   * What a triangle filter over the covered pixels makes of a picture, computed in double
   * precision: the definition of bilinear reduction, another way than swscale's.
   */
  private static double[][][] reduced(
      byte[] bgr, int width, int height, int toWidth, int toHeight) {
    double[][][] out = new double[3][toHeight][toWidth];
    for (int y = 0; y < toHeight; y++) {
      double[] rows = weights(y, height, toHeight);
      for (int x = 0; x < toWidth; x++) {
        double[] columns = weights(x, width, toWidth);
        for (int j = 0; j < height; j++) {
          for (int i = 0; rows[j] > 0 && i < width; i++) {
            for (int c = 0; columns[i] > 0 && c < 3; c++) {
              int value = bgr[3 * (j * width + i) + 2 - c] & 0xff;
              out[c][y][x] += rows[j] * columns[i] * value / 255;
            }
          }
        }
      }
    }
    return out;
  }

  /** How much each of {@code from} pixels counts for pixel {@code at} of {@code to}. */
  private static double[] weights(int at, int from, int to) {
    double scale = (double) from / to;
    double centre = (at + 0.5) * scale - 0.5;
    double[] weights = new double[from];
    double sum = 0;
    for (int i = (int) Math.floor(centre - scale); i <= Math.ceil(centre + scale); i++) {
      double weight = Math.max(0, 1 - Math.abs(i - centre) / scale);
      int inside = Math.clamp(i, 0, from - 1);
      weights[inside] += weight;
      sum += weight;
    }
    for (int i = 0; i < from; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /** Narrow upright stripes of all colours, as of a sign far away, on a grey that changes. */
  private static byte[] stripes(int width, int height) {
    byte[] bgr = TestPictures.plain(width, height, 90, 90, 90);
    Random random = new Random(5);
    for (int x = 3; x < width; x += 2 + random.nextInt(5)) {
      TestPictures.fill(
          bgr,
          width,
          x,
          0,
          Math.min(width, x + 1 + random.nextInt(3)),
          height,
          random.nextInt(256),
          random.nextInt(256),
          random.nextInt(256));
    }
    return bgr;
  }

  @ParameterizedTest
  @CsvSource({"240, 40, 96, 16", "240, 40, 120, 20", "240, 40, 60, 10", "240, 40, 200, 33"})
  void a_reduced_picture_keeps_its_colours_as_sharp_as_its_brightness(
      int width, int height, int toWidth, int toHeight) {
    byte[] bgr = stripes(width, height);
    double[][][] expected = reduced(bgr, width, height, toWidth, toHeight);
    Letterbox box = Letterbox.stretched(width, height, toWidth, toHeight);
    ByteBuffer tensor = buffer(3 * toWidth * toHeight * 4);
    try (VideoFrame frame = BgrPictures.of(bgr, width, height, TestPictures.noTime());
        TensorScaler scaler = TensorScaler.create(box, TensorFormat.unit(ChannelOrder.RGB))) {
      scaler.scale(frame, tensor);
    }
    FloatBuffer numbers = tensor.asFloatBuffer();
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < toHeight; y++) {
        for (int x = 0; x < toWidth; x++) {
          assertThat((double) at(numbers, box, c, x, y))
              .as("channel %d column %d row %d", c, x, y)
              .isCloseTo(expected[c][y][x], within(0.02));
        }
      }
    }
  }

  @Test
  void another_picture_size_is_refused_with_both_sizes() {
    Letterbox box = Letterbox.fit(640, 360, 320, 320, Anchor.CENTER);
    try (VideoFrame frame =
            BgrPictures.of(TestPictures.plain(320, 240, 0, 0, 0), 320, 240, TestPictures.noTime());
        TensorScaler scaler = TensorScaler.create(box, TensorFormat.unit(ChannelOrder.RGB))) {
      assertThatThrownBy(() -> scaler.scale(frame, buffer(3 * 320 * 320 * 4)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("320 x 240")
          .hasMessageContaining("640 x 360");
    }
  }

  @Test
  void a_buffer_that_does_not_fit_is_refused() {
    Letterbox box = Letterbox.fit(640, 360, 320, 320, Anchor.CENTER);
    try (VideoFrame frame = BgrPictures.of(halves(640, 360), 640, 360, TestPictures.noTime());
        TensorScaler scaler = TensorScaler.create(box, TensorFormat.unit(ChannelOrder.RGB))) {
      assertThatThrownBy(() -> scaler.scale(frame, buffer(3 * 320 * 320 * 4 - 1)))
          .hasMessageContaining("1228800");
      assertThatThrownBy(() -> scaler.scale(frame, ByteBuffer.allocate(3 * 320 * 320 * 4)))
          .hasMessageContaining("direct");
      ByteOrder wrong =
          ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
              ? ByteOrder.LITTLE_ENDIAN
              : ByteOrder.BIG_ENDIAN;
      ByteBuffer swapped = buffer(3 * 320 * 320 * 4).order(wrong);
      assertThatThrownBy(() -> scaler.scale(frame, swapped)).hasMessageContaining("byte order");
    }
  }

  @Test
  void a_format_without_a_usable_scale_is_refused() {
    assertThatThrownBy(() -> new TensorFormat(ChannelOrder.RGB, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TensorFormat(ChannelOrder.RGB, 1, Float.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({"640, 360", "1280, 720"})
  void colours_survive_encoding_and_decoding_by_the_matrix_of_their_size(int width, int height)
      throws Exception {
    Letterbox box = Letterbox.fit(width, height, 320, 320, Anchor.CENTER);
    ByteBuffer tensor = buffer(3 * 320 * 320 * 4);
    try (H264Encoder encoder = H264Encoder.open(width, height, 10, 8_000_000, 10);
        VideoDecoder decoder = VideoDecoder.open(encoder.track());
        TensorScaler scaler = TensorScaler.create(box, TensorFormat.bytes(ChannelOrder.RGB))) {
      for (Sample sample : encoder.encodeBgr(halves(width, height), 0)) {
        decoder.send(TestPictures.encoded(encoder.track(), sample));
      }
      decoder.end();
      try (VideoFrame frame = Objects.requireNonNull(decoder.receive())) {
        scaler.scale(frame, tensor);
        int[] pixel = TestPictures.pixel(frame.toBgr(), width, width / 8, height / 2);
        assertThat(pixel[0]).isCloseTo(30, within(6));
        assertThat(pixel[1]).isCloseTo(120, within(6));
        assertThat(pixel[2]).isCloseTo(240, within(6));
      }
    }
    FloatBuffer numbers = tensor.asFloatBuffer();
    float[] left = {240, 120, 30};
    float[] right = {10, 140, 160};
    for (int c = 0; c < 3; c++) {
      assertThat(at(numbers, box, c, 40, 160)).isCloseTo(left[c], within(6f));
      assertThat(at(numbers, box, c, 280, 160)).isCloseTo(right[c], within(6f));
    }
  }
}
