package io.kvsinfer.media.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kvsinfer.media.frame.Orientation;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NothingStaysOpen.class)
class PicturesTest {
  @Test
  void pixels_come_back_as_they_were() {
    byte[] bgr = new byte[3 * 33 * 17];
    for (int i = 0; i < bgr.length; i++) {
      bgr[i] = (byte) (i * 7);
    }
    try (VideoFrame frame = BgrPictures.of(bgr, 33, 17, TestPictures.noTime())) {
      assertThat(frame.toBgr()).isEqualTo(bgr);
      assertThat(frame.time()).isEqualTo(TestPictures.noTime());
    }
    assertThatThrownBy(() -> BgrPictures.of(bgr, 34, 17, TestPictures.noTime()))
        .hasMessageContaining("34 x 17");
  }

  @Test
  void a_part_has_the_pixels_of_the_whole() throws Exception {
    byte[] bgr = new byte[3 * 100 * 60];
    for (int i = 0; i < bgr.length; i++) {
      bgr[i] = (byte) (i / 3 % 100 * 2 + i / 300);
    }
    try (JpegEncoder encoder = new JpegEncoder();
        VideoFrame frame =
            ImageDecoder.decode(encoder.encodeBgr(bgr, 100, 60, 95), TestPictures.noTime())) {
      byte[] whole = frame.toBgr();
      byte[] part = frame.toBgr(12, 8, 37, 20);
      assertThat(part).hasSize(3 * 37 * 20);
      // Colours at the seam are interpolated with what lies beyond it.
      for (int y = 2; y < 18; y++) {
        for (int x = 3 * 2; x < 3 * 34; x++) {
          assertThat(part[y * 37 * 3 + x]).isEqualTo(whole[((8 + y) * 100 + 12) * 3 + x]);
        }
      }
      assertThatThrownBy(() -> frame.toBgr(10, 8, 4, 4)).hasMessageContaining("multiples of 4");
      assertThatThrownBy(() -> frame.toBgr(96, 8, 5, 4)).hasMessageContaining("100 x 60");
      assertThatThrownBy(() -> frame.toBgr(0, 0, 0, 4)).hasMessageContaining("0 x 4");
    }
  }

  @Test
  void a_picture_lives_until_its_last_reference_is_closed() {
    VideoFrame first =
        BgrPictures.of(TestPictures.plain(32, 16, 1, 2, 3), 32, 16, TestPictures.noTime());
    VideoFrame second = first.retain();
    first.close();
    first.close();
    assertThat(NativeObjects.open()).isEqualTo(1);
    assertThat(second.width()).isEqualTo(32);
    assertThat(second.toBgr()).startsWith(1, 2, 3);
    assertThatThrownBy(first::retain).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(first::toBgr).hasMessageContaining("closed");
    second.close();
    assertThat(NativeObjects.open()).isZero();
    assertThatThrownBy(second::height).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_jpeg_has_the_colours_of_its_pixels_to_other_readers_too() throws Exception {
    byte[] bgr = TestPictures.plain(320, 240, 30, 120, 240);
    byte[] jpeg;
    try (JpegEncoder encoder = new JpegEncoder()) {
      jpeg = encoder.encodeBgr(bgr, 320, 240, 90);
    }
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
    assertThat(image.getWidth()).isEqualTo(320);
    assertThat(image.getHeight()).isEqualTo(240);
    int rgb = image.getRGB(100, 100);
    assertThat(rgb >> 16 & 0xff).isCloseTo(240, within(4));
    assertThat(rgb >> 8 & 0xff).isCloseTo(120, within(4));
    assertThat(rgb & 0xff).isCloseTo(30, within(4));
  }

  @Test
  void a_decoded_high_definition_picture_keeps_its_colours_as_jpeg() throws Exception {
    byte[] bgr = TestPictures.plain(1280, 720, 160, 60, 20);
    try (H264Encoder encoder = H264Encoder.open(1280, 720, 10, 8_000_000, 10);
        VideoDecoder decoder = VideoDecoder.open(encoder.track());
        JpegEncoder jpegs = new JpegEncoder()) {
      decoder.send(TestPictures.encoded(encoder.track(), encoder.encodeBgr(bgr, 0).getFirst()));
      decoder.end();
      byte[] jpeg;
      try (VideoFrame frame = Objects.requireNonNull(decoder.receive())) {
        jpeg = jpegs.encode(frame, 95);
      }
      int rgb = ImageIO.read(new ByteArrayInputStream(jpeg)).getRGB(640, 360);
      assertThat(rgb >> 16 & 0xff).isCloseTo(20, within(5));
      assertThat(rgb >> 8 & 0xff).isCloseTo(60, within(5));
      assertThat(rgb & 0xff).isCloseTo(160, within(5));
    }
  }

  @Test
  void quality_decides_the_size_and_sizes_may_change() throws Exception {
    byte[] noise = new byte[3 * 160 * 120];
    new java.util.Random(1).nextBytes(noise);
    try (JpegEncoder encoder = new JpegEncoder()) {
      int best = encoder.encodeBgr(noise, 160, 120, 100).length;
      int usual = encoder.encodeBgr(noise, 160, 120, 80).length;
      int worst = encoder.encodeBgr(noise, 160, 120, 1).length;
      assertThat(best).isGreaterThan(usual);
      assertThat(usual).isGreaterThan(worst);
      byte[] odd = encoder.encodeBgr(TestPictures.plain(97, 33, 9, 9, 9), 97, 33, 80);
      assertThat(ImageIO.read(new ByteArrayInputStream(odd)).getWidth()).isEqualTo(97);
      assertThatThrownBy(() -> encoder.encodeBgr(noise, 160, 120, 0))
          .hasMessageContaining("1 to 100");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "jpg", "gif"})
  void a_still_picture_is_known_by_its_bytes(String kind, @TempDir Path folder) throws Exception {
    BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 30; y++) {
      for (int x = 0; x < 40; x++) {
        image.setRGB(x, y, 0xf0781e);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, kind, out);
    Path file = Files.write(folder.resolve("unnamed"), out.toByteArray());
    assertThat(ImageDecoder.isImage(file)).isTrue();
    try (VideoFrame frame = ImageDecoder.decode(out.toByteArray(), TestPictures.noTime())) {
      assertThat(frame.width()).isEqualTo(40);
      assertThat(frame.height()).isEqualTo(30);
      int[] pixel = TestPictures.pixel(frame.toBgr(), 40, 20, 15);
      assertThat(pixel[0]).isCloseTo(0x1e, within(4));
      assertThat(pixel[1]).isCloseTo(0x78, within(4));
      assertThat(pixel[2]).isCloseTo(0xf0, within(4));
    }
  }

  /** Where a red, a green and a blue quarter (the fourth is black) of a stored picture go. */
  @ParameterizedTest
  @CsvSource({
    "1, RGBK", "2, GRKB", "3, KBGR", "4, BKRG", "5, RBGK", "6, BRKG", "7, KGBR", "8, GKRB"
  })
  void a_picture_is_turned_upright_as_its_metadata_say(int exif, String quarters) throws Exception {
    byte[] jpeg;
    try (JpegEncoder encoder = new JpegEncoder()) {
      jpeg = encoder.encodeBgr(quarters(), 64, 32, 95);
    }
    try (VideoFrame frame =
        ImageDecoder.decode(TestPictures.oriented(jpeg, exif), TestPictures.noTime())) {
      boolean swapped = exif >= 5;
      assertThat(frame.width()).isEqualTo(swapped ? 32 : 64);
      assertThat(frame.height()).isEqualTo(swapped ? 64 : 32);
      assertThat(seen(frame)).isEqualTo(quarters);
    }
  }

  /** A phone's video: the track says how the phone was held, the pixels are as its sensor saw. */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, 1, RGBK",
    "0, 1, -1, 0, BRKG",
    "-1, 0, 0, -1, KBGR",
    "0, -1, 1, 0, GKRB",
    "-1, 0, 0, 1, GRKB"
  })
  void a_video_is_turned_upright_as_its_track_says(
      int a, int b, int c, int d, String quarters, @TempDir Path folder) throws Exception {
    Path file = folder.resolve("phone.mp4");
    Orientation held = new Orientation(a, b, c, d);
    try (H264Encoder encoder = H264Encoder.open(64, 32, 10, 400_000, 10);
        Mp4FileWriter writer = Mp4FileWriter.create(file, encoder.track().held(held))) {
      writer.add(encoder.encodeBgr(quarters(), 0).getFirst());
    }
    try (FileDemuxer demuxer = FileDemuxer.open(file.toString());
        VideoDecoder decoder = VideoDecoder.open(demuxer.track());
        LumaScaler luma = new LumaScaler()) {
      assertThat(demuxer.track().orientation()).isEqualTo(held);
      assertThat(demuxer.track().width()).as("as stored").isEqualTo(64);
      decoder.send(TestPictures.encoded(demuxer.track(), Objects.requireNonNull(demuxer.next())));
      decoder.end();
      try (VideoFrame frame = Objects.requireNonNull(decoder.receive());
          VideoFrame other = frame.retain()) {
        assertThat(frame.width()).isEqualTo(a == 0 ? 32 : 64);
        assertThat(frame.height()).isEqualTo(a == 0 ? 64 : 32);
        assertThat(seen(frame)).isEqualTo(quarters);
        assertThat(seen(other)).isEqualTo(quarters);
        byte[] small = luma.scale(frame, 2, 2);
        int black = quarters.indexOf('K');
        for (int quarter = 0; quarter < 4; quarter++) {
          assertThat(small[quarter] & 0xff).isGreaterThanOrEqualTo(small[black] & 0xff);
        }
      }
    }
  }

  @Test
  void a_display_matrix_of_another_angle_leaves_the_picture_as_it_is() {
    assertThat(Orientation.ofSigns(46341, 46341, -46341, 46341)).isEqualTo(Orientation.UPRIGHT);
    assertThat(Orientation.ofSigns(0, 0, 0, 0)).isEqualTo(Orientation.UPRIGHT);
    assertThatThrownBy(() -> new Orientation(1, 1, 0, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** A red, a green and a blue quarter; the fourth is black. */
  private static byte[] quarters() {
    byte[] bgr = TestPictures.plain(64, 32, 0, 0, 0);
    TestPictures.fill(bgr, 64, 0, 0, 32, 16, 0, 0, 255);
    TestPictures.fill(bgr, 64, 32, 0, 64, 16, 0, 255, 0);
    TestPictures.fill(bgr, 64, 0, 16, 32, 32, 255, 0, 0);
    return bgr;
  }

  /** The colours of the quarters, from left to right and down. */
  private static String seen(VideoFrame frame) {
    byte[] bgr = frame.toBgr();
    StringBuilder found = new StringBuilder();
    for (int quarter = 0; quarter < 4; quarter++) {
      int x = frame.width() * (1 + 2 * (quarter % 2)) / 4;
      int y = frame.height() * (1 + 2 * (quarter / 2)) / 4;
      int[] pixel = TestPictures.pixel(bgr, frame.width(), x, y);
      found.append(pixel[2] > 128 ? 'R' : pixel[1] > 128 ? 'G' : pixel[0] > 128 ? 'B' : 'K');
    }
    return found.toString();
  }

  @Test
  void what_is_no_picture_is_refused(@TempDir Path folder) throws Exception {
    byte[] text = "no picture".getBytes(StandardCharsets.UTF_8);
    assertThat(ImageDecoder.isImage(Files.write(folder.resolve("a.jpg"), text))).isFalse();
    assertThat(ImageDecoder.isImage(Files.write(folder.resolve("b"), new byte[0]))).isFalse();
    assertThatThrownBy(() -> ImageDecoder.decode(text, TestPictures.noTime()))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("JPEG, PNG, WebP, BMP and GIF");
    byte[] jpeg;
    try (JpegEncoder encoder = new JpegEncoder()) {
      jpeg = encoder.encodeBgr(TestPictures.plain(64, 64, 1, 2, 3), 64, 64, 80);
    }
    byte[] heic = "\0\0\0\u0018ftypheic\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> ImageDecoder.decode(heic, TestPictures.noTime()))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("have it converted to JPEG");
    byte[] head = Arrays.copyOf(jpeg, 30);
    assertThatThrownBy(() -> ImageDecoder.decode(head, TestPictures.noTime()))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("30 bytes");
  }

  @Test
  void a_thumbnail_is_the_mean_brightness() throws Exception {
    byte[] bgr = TestPictures.plain(640, 360, 0, 0, 0);
    TestPictures.fill(bgr, 640, 320, 0, 640, 360, 255, 255, 255);
    try (H264Encoder encoder = H264Encoder.open(640, 360, 10, 4_000_000, 10);
        VideoDecoder decoder = VideoDecoder.open(encoder.track());
        LumaScaler luma = new LumaScaler()) {
      decoder.send(TestPictures.encoded(encoder.track(), encoder.encodeBgr(bgr, 0).getFirst()));
      decoder.end();
      try (VideoFrame frame = Objects.requireNonNull(decoder.receive())) {
        byte[] small = luma.scale(frame, 64, 36);
        assertThat(small).hasSize(64 * 36);
        assertThat(small[18 * 64 + 8] & 0xff).isCloseTo(16, within(2));
        assertThat(small[18 * 64 + 56] & 0xff).isCloseTo(235, within(2));
        assertThat(luma.scale(frame, 2, 1)).hasSize(2);
      }
    }
    try (VideoFrame frame = BgrPictures.of(bgr, 640, 360, TestPictures.noTime());
        LumaScaler luma = new LumaScaler()) {
      byte[] small = luma.scale(frame, 64, 36);
      assertThat((small[18 * 64 + 56] & 0xff) - (small[18 * 64 + 8] & 0xff)).isGreaterThan(200);
    }
  }

  @Test
  void only_pictures_of_this_package_are_scaled() {
    VideoFrame foreign =
        new VideoFrame() {
          @Override
          public int width() {
            return 1;
          }

          @Override
          public int height() {
            return 1;
          }

          @Override
          public io.kvsinfer.media.frame.FrameTime time() {
            return TestPictures.noTime();
          }

          @Override
          public VideoFrame retain() {
            return this;
          }

          @Override
          public byte[] toBgr() {
            return new byte[3];
          }

          @Override
          public byte[] toBgr(int left, int top, int width, int height) {
            return new byte[3];
          }

          @Override
          public void close() {}
        };
    try (LumaScaler luma = new LumaScaler()) {
      assertThatThrownBy(() -> luma.scale(foreign, 1, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
