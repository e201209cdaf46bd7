package io.kvsinfer.media.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kvsinfer.media.frame.Letterbox.Anchor;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class LetterboxTest {
  private static final double EXACT = 1e-9;

  @Test
  void there_and_back_is_the_same_place_for_any_sizes() {
    SplittableRandom random = new SplittableRandom(11);
    for (int round = 0; round < 20_000; round++) {
      Letterbox box = any(random);
      double x = random.nextDouble() * box.sourceWidth();
      double y = random.nextDouble() * box.sourceHeight();
      assertThat(box.toSourceX(box.toTensorX(x))).isEqualTo(x, within(1e-6));
      assertThat(box.toSourceY(box.toTensorY(y))).isEqualTo(y, within(1e-6));
    }
  }

  @Test
  void the_picture_covers_what_the_letterbox_says_and_keeps_its_aspect() {
    SplittableRandom random = new SplittableRandom(12);
    for (int round = 0; round < 20_000; round++) {
      Letterbox box = any(random);
      assertThat(box.toTensorX(0)).isEqualTo(box.left(), within(EXACT));
      assertThat(box.toTensorY(0)).isEqualTo(box.top(), within(EXACT));
      assertThat(box.toTensorX(box.sourceWidth()))
          .isEqualTo(box.left() + box.scaledWidth(), within(1e-6));
      assertThat(box.toTensorY(box.sourceHeight()))
          .isEqualTo(box.top() + box.scaledHeight(), within(1e-6));
      assertThat(box.left() + box.scaledWidth()).isLessThanOrEqualTo(box.width());
      assertThat(box.top() + box.scaledHeight()).isLessThanOrEqualTo(box.height());
      // It is as large as can be, and not more than half a pixel of the tensor off its aspect.
      double scale =
          Math.min(
              (double) box.width() / box.sourceWidth(), (double) box.height() / box.sourceHeight());
      if (Math.min(box.sourceWidth(), box.sourceHeight()) * scale >= 1) {
        assertThat((double) box.scaledWidth()).isEqualTo(box.sourceWidth() * scale, within(0.5));
        assertThat((double) box.scaledHeight()).isEqualTo(box.sourceHeight() * scale, within(0.5));
      }
    }
  }

  @Test
  void stretched_it_fills_the_tensor() {
    Letterbox box = Letterbox.stretched(1920, 1080, 640, 640);
    assertThat(box.toTensorX(1920)).isEqualTo(640, within(EXACT));
    assertThat(box.toTensorY(540)).isEqualTo(320, within(EXACT));
    assertThat(box.toSourceY(320)).isEqualTo(540, within(EXACT));
  }

  private static Letterbox any(SplittableRandom random) {
    return Letterbox.fit(
        random.nextInt(1, 5000),
        random.nextInt(1, 5000),
        random.nextInt(8, 1300),
        random.nextInt(8, 1300),
        random.nextBoolean() ? Anchor.CENTER : Anchor.TOP_LEFT);
  }
}
