package io.kvsinfer.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.contract.geometry.Polygon;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MasksTest {
  private static final int WIDTH = 37;
  private static final int HEIGHT = 23;

  @Test
  void exactly_the_pixels_whose_centre_lies_in_a_mask_are_black() {
    Polygon star =
        new Polygon(
            List.of(
                new Point(0.5, -0.2),
                new Point(0.8, 1.1),
                new Point(0.1, 0.3),
                new Point(1.2, 0.35),
                new Point(0.15, 0.9)));
    Polygon corner = new Polygon(List.of(new Point(0, 0), new Point(0.1, 0), new Point(0, 0.2)));
    byte[] bgr = new byte[WIDTH * HEIGHT * 3];
    Arrays.fill(bgr, (byte) 200);
    Masks.blackOut(bgr, WIDTH, HEIGHT, List.of(star, corner));
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        Point centre = new Point((x + 0.5) / WIDTH, (y + 0.5) / HEIGHT);
        boolean masked = star.contains(centre) || corner.contains(centre);
        for (int c = 0; c < 3; c++) {
          assertThat(bgr[(y * WIDTH + x) * 3 + c] == 0).as("pixel %d,%d", x, y).isEqualTo(masked);
        }
      }
    }
  }

  @Test
  void a_picture_of_another_size_is_refused() {
    assertThatThrownBy(() -> Masks.blackOut(new byte[10], 2, 2, List.of()))
        .hasMessageContaining("10 bytes");
  }
}
