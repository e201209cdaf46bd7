package io.kvsinfer.worker.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.geometry.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AnnotatorTest {
  private static final int WIDTH = 200;
  private static final int HEIGHT = 100;

  @Test
  void a_box_is_framed_and_its_inside_left_alone() {
    byte[] picture = picture();
    new Annotator(picture, WIDTH, HEIGHT)
        .draw(List.of(detection("car", new Box(50, 40, 60, 30), List.of())));
    assertThat(isDrawn(picture, 49, 50)).isTrue();
    assertThat(isDrawn(picture, 110, 50)).isTrue();
    assertThat(isDrawn(picture, 80, 39)).isTrue();
    assertThat(isDrawn(picture, 80, 70)).isTrue();
    assertThat(isDrawn(picture, 80, 55)).isFalse();
    assertThat(isDrawn(picture, 20, 90)).isFalse();
  }

  @Test
  void the_caption_stands_above_the_box_and_holds_letters() {
    byte[] picture = picture();
    new Annotator(picture, WIDTH, HEIGHT).draw(new Box(50, 40, 60, 30), "Car", 0.87);
    long dark = 0;
    long bright = 0;
    for (int y = 28; y < 39; y++) {
      for (int x = 50; x < 50 + 8 * 6; x++) {
        int green = picture[(y * WIDTH + x) * 3 + 1] & 0xff;
        dark += green == 20 ? 1 : 0;
        bright += green > 80 ? 1 : 0;
      }
    }
    assertThat(dark).isBetween(60L, 200L);
    assertThat(bright).isGreaterThan(dark);
  }

  @Test
  void what_lies_outside_is_cut_and_captions_stay_inside() {
    byte[] picture = picture();
    Annotator annotator = new Annotator(picture, WIDTH, HEIGHT);
    annotator.draw(new Box(-20, -20, 500, 500), "a long label beyond the picture\u4eba", 1);
    annotator.draw(new Box(190, 95, 50, 50), "x", 0.5);
    annotator.draw(List.of(detection("plate", new Box(0, 0, 5, 5), List.of(new Point(-3, 500)))));
    assertThat(isDrawn(picture, 2, 2)).isTrue();
  }

  @Test
  void corners_of_a_plate_are_marked() {
    byte[] picture = picture();
    new Annotator(picture, WIDTH, HEIGHT)
        .draw(List.of(detection("plate", new Box(50, 40, 60, 30), List.of(new Point(80, 55)))));
    assertThat(isDrawn(picture, 80, 55)).isTrue();
  }

  @Test
  void every_character_of_a_label_has_a_glyph_of_its_own() {
    String all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.%";
    assertThat(all.chars().mapToObj(c -> shape((char) c)).distinct()).hasSize(all.length());
    assertThat(shape(' ')).doesNotContain("#");
    assertThat(shape('\u4eba')).isEqualTo(shape('?'));
  }

  @Test
  void bytes_of_another_size_are_refused() {
    assertThatThrownBy(() -> new Annotator(new byte[10], WIDTH, HEIGHT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("200×100");
  }

  private static String shape(char c) {
    StringBuilder shape = new StringBuilder();
    for (int y = 0; y < Glyphs.HEIGHT; y++) {
      for (int x = 0; x < Glyphs.WIDTH; x++) {
        shape.append(Glyphs.isSet(c, x, y) ? '#' : '.');
      }
    }
    return shape.toString();
  }

  private static Detection detection(String label, Box box, List<Point> corners) {
    return new Detection(label, 0.9, box, corners);
  }

  private static byte[] picture() {
    return new byte[WIDTH * HEIGHT * 3];
  }

  private static boolean isDrawn(byte[] picture, int x, int y) {
    int at = (y * WIDTH + x) * 3;
    return picture[at] != 0 || picture[at + 1] != 0 || picture[at + 2] != 0;
  }
}
