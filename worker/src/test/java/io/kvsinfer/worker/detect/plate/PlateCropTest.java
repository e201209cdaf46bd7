package io.kvsinfer.worker.detect.plate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.media.decode.BgrPictures;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.worker.detect.Detection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PlateCropTest {
  private static final int WIDTH = 200;
  private static final int HEIGHT = 120;

  @Test
  void the_square_is_mapped_onto_the_corners_and_lines_stay_lines() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      List<Point> corners =
          List.of(
              near(random, 0, 0), near(random, 100, 0), near(random, 100, 40), near(random, 0, 40));
      Perspective map = Perspective.onto(corners);
      double[][] unit = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
      for (int i = 0; i < 4; i++) {
        assertThat(map.x(unit[i][0], unit[i][1])).isEqualTo(corners.get(i).x(), within(1e-6));
        assertThat(map.y(unit[i][0], unit[i][1])).isEqualTo(corners.get(i).y(), within(1e-6));
      }
      // Three points of a line of the square.
      double ax = map.x(0, 0.3);
      double ay = map.y(0, 0.3);
      double bx = map.x(0.5, 0.5);
      double by = map.y(0.5, 0.5);
      double cx = map.x(1, 0.7);
      double cy = map.y(1, 0.7);
      assertThat((bx - ax) * (cy - ay) - (by - ay) * (cx - ax)).isEqualTo(0, within(1e-6));
    }
  }

  @Test
  void a_slanted_plate_stands_upright() {
    // Colours by where a pixel lies on the plate, seen in perspective.
    List<Point> corners =
        List.of(new Point(40, 30), new Point(150, 50), new Point(145, 90), new Point(45, 60));
    try (VideoFrame frame = painted(corners)) {
      Detection plate = new Detection("plate", 0.9, new Box(40, 30, 110, 60), corners);
      float[] upright = PlateCrop.of(frame, plate).upright(48, 16);
      for (int y = 1; y < 15; y++) {
        for (int x = 1; x < 47; x++) {
          // Red grows to the right, green downwards.
          assertThat(upright[(y * 48 + x) * 3 + 2])
              .isEqualTo((float) ((x + 0.5) / 48 * 240), within(6f));
          assertThat(upright[(y * 48 + x) * 3 + 1])
              .isEqualTo((float) ((y + 0.5) / 16 * 240), within(12f));
        }
      }
    }
  }

  @Test
  void without_corners_the_box_is_taken_with_a_margin() {
    List<Point> edges =
        List.of(new Point(50, 40), new Point(150, 40), new Point(150, 80), new Point(50, 80));
    try (VideoFrame frame = painted(edges)) {
      Box box = new Box(50, 40, 100, 40);
      PlateCrop crop = PlateCrop.of(frame, new Detection("plate", 0.9, box, List.of()));
      assertThat(crop.aspect()).isEqualTo((100 + 6.4) / (40 + 6.4), within(1e-6));
      assertThat(crop.heightInFrame()).isEqualTo(46.4, within(1e-6));
      // Corners the wrong way round, or of something else, are none.
      for (List<Point> wrong : List.of(edges.reversed(), at(edges, 0.1), at(edges, 4))) {
        PlateCrop other = PlateCrop.of(frame, new Detection("plate", 0.9, box, wrong));
        assertThat(other.upright(8, 4)).isEqualTo(crop.upright(8, 4));
      }
    }
  }

  @Test
  void a_plate_at_the_edge_goes_on_as_its_last_pixels() {
    try (VideoFrame frame =
        painted(
            List.of(
                new Point(0, 0),
                new Point(WIDTH, 0),
                new Point(WIDTH, HEIGHT),
                new Point(0, HEIGHT)))) {
      Detection corner = new Detection("plate", 0.9, new Box(190, 110, 10, 10), List.of());
      float[] upright = PlateCrop.of(frame, corner).upright(20, 10);
      assertThat(upright[upright.length - 1]).isEqualTo(239, within(4f));
      assertThat(upright[2]).isEqualTo(190f / WIDTH * 240, within(6f));
    }
  }

  @Test
  void the_input_is_written_as_the_reader_wants_it() {
    List<Point> edges =
        List.of(new Point(40, 40), new Point(120, 40), new Point(120, 80), new Point(40, 80));
    try (VideoFrame frame = painted(edges)) {
      PlateCrop crop =
          PlateCrop.of(frame, new Detection("plate", 0.9, new Box(40, 40, 80, 40), edges));
      float[] upright = crop.upright(16, 8);
      ByteBuffer tensor =
          ByteBuffer.allocateDirect(3 * 32 * 8 * Float.BYTES).order(ByteOrder.nativeOrder());
      new ReaderInput(16, 8, 3, false, "signed", "bgr", "stretch").write(crop, tensor);
      // Blue plane first, then green, then red.
      assertThat(at(tensor, 2 * 128 + 3 * 16 + 5))
          .isEqualTo(upright[(3 * 16 + 5) * 3 + 2] / 127.5f - 1);
      new ReaderInput(16, 8, 3, true, "unit", "rgb", "stretch").write(crop, tensor);
      assertThat(at(tensor, (3 * 16 + 5) * 3)).isEqualTo(upright[(3 * 16 + 5) * 3 + 2] / 255);
      // Twice as wide as high, so half of the input; the rest is grey.
      new ReaderInput(32, 8, 3, false, "bytes", "bgr", "pad").write(crop, tensor);
      assertThat(at(tensor, 2 * 256 + 3 * 32 + 5)).isEqualTo(upright[(3 * 16 + 5) * 3 + 2]);
      assertThat(at(tensor, 2 * 256 + 3 * 32 + 16)).isEqualTo(127.5f);
      new ReaderInput(16, 8, 1, false, "bytes", "rgb", "stretch").write(crop, tensor);
      int pixel = (3 * 16 + 5) * 3;
      assertThat(at(tensor, 3 * 16 + 5))
          .isEqualTo(
              0.114f * upright[pixel] + 0.587f * upright[pixel + 1] + 0.299f * upright[pixel + 2]);
    }
  }

  private static float at(ByteBuffer tensor, int index) {
    return tensor.getFloat(index * Float.BYTES);
  }

  private static List<Point> at(List<Point> edges, double scale) {
    return edges.stream()
        .map(p -> new Point(100 + (p.x() - 100) * scale, 60 + (p.y() - 60) * scale))
        .toList();
  }

  private static Point near(Random random, double x, double y) {
    return new Point(x + random.nextDouble() * 15, y + random.nextDouble() * 15);
  }

  /** Red by u and green by v of the quadrangle, 0 to 240; found by searching, not by inverting. */
  private static VideoFrame painted(List<Point> corners) {
    Perspective map = Perspective.onto(corners);
    byte[] bgr = new byte[WIDTH * HEIGHT * 3];
    int steps = 900;
    for (int j = -90; j <= steps + 90; j++) {
      for (int i = -90; i <= steps + 90; i++) {
        double u = i / (double) steps;
        double v = j / (double) steps;
        int x = (int) Math.floor(map.x(u, v));
        int y = (int) Math.floor(map.y(u, v));
        if (x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT) {
          bgr[(y * WIDTH + x) * 3 + 2] = (byte) Math.clamp(Math.round(u * 240), 0, 255);
          bgr[(y * WIDTH + x) * 3 + 1] = (byte) Math.clamp(Math.round(v * 240), 0, 255);
        }
      }
    }
    return BgrPictures.of(
        bgr, WIDTH, HEIGHT, new FrameTime(Instant.EPOCH, null, null, 0, true, true));
  }
}
