package io.kvsinfer.local.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.local.scene.Scene.Happening;
import io.kvsinfer.media.decode.FileDemuxer;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.Sample;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SceneRendererTest {
  @TempDir private Path folder;

  @Test
  void a_clip_has_every_frame_a_keyframe_each_second_and_is_rendered_once() throws Exception {
    Scene yard = scene("yard");
    List<Double> progress = new ArrayList<>();

    Path clip = SceneRenderer.clip(yard, folder, progress::add);
    FileTime written = Files.getLastModifiedTime(clip);
    Path again = SceneRenderer.clip(yard, folder, progress::add);

    List<Sample> samples = new ArrayList<>();
    try (FileDemuxer demuxer = FileDemuxer.open(clip.toString())) {
      assertThat(demuxer.track().width()).isEqualTo(Scene.WIDTH);
      assertThat(demuxer.track().height()).isEqualTo(Scene.HEIGHT);
      for (Sample s = demuxer.next(); s != null; s = demuxer.next()) {
        samples.add(s);
      }
    }
    assertThat(samples).hasSize(((int) yard.seconds()) * SceneRenderer.FRAMES_PER_SECOND);
    assertThat(samples.stream().filter(Sample::keyframe)).hasSize((int) yard.seconds());
    assertThat(progress).last().isEqualTo(1.0);
    assertThat(again).isEqualTo(clip);
    assertThat(Files.getLastModifiedTime(again)).isEqualTo(written);
    assertThat(folder).isDirectoryContaining(p -> p.equals(clip)).isNotEmptyDirectory();
    assertThat(NativeObjects.open()).isZero();
  }

  @Test
  void a_plate_is_bright_where_the_ground_truth_says() {
    Scene street = scene("street");
    for (Happening car : street.truth()) {
      Box box = street.where(car, car.clearSeconds() + 1).orElseThrow();

      BufferedImage picture = draw(street, car.clearSeconds() + 1);

      assertThat(car.text()).isNotEmpty();
      assertThat(brightest(picture, box)).isGreaterThan(200);
      assertThat(street.where(car, car.fromSeconds() - 0.1)).isEmpty();
      assertThat(street.where(car, car.toSeconds() + 0.1)).isEmpty();
    }
  }

  @Test
  void a_seed_draws_other_cars_and_always_the_same() {
    Scene street = Scenes.street(7);

    assertThat(street.truth()).hasSize(4).isEqualTo(Scenes.street(7).truth());
    assertThat(street.truth()).isNotEqualTo(Scenes.street(8).truth());
    assertThat(street.name()).isEqualTo("street-7");
    for (Happening car : street.truth()) {
      assertThat(car.toSeconds()).isLessThanOrEqualTo(street.seconds());
      assertThat(street.where(car, car.clearSeconds() + 1)).isPresent();
    }
  }

  @Test
  void the_fire_burns_where_and_when_the_ground_truth_says() {
    Scene fire = scene("fire");
    Happening happening = fire.truth().getFirst();
    Box box = fire.where(happening, happening.clearSeconds()).orElseThrow();

    assertThat(brightest(draw(fire, happening.clearSeconds()), box)).isGreaterThan(220);
    assertThat(brightest(draw(fire, happening.fromSeconds() - 1), box)).isLessThan(180);
    assertThat(fire.where(happening, happening.toSeconds() + 1)).isEmpty();
  }

  private static Scene scene(String name) {
    return Scenes.all().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  private static BufferedImage draw(Scene scene, double seconds) {
    BufferedImage picture =
        new BufferedImage(Scene.WIDTH, Scene.HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = picture.createGraphics();
    scene.drawBackdrop(graphics);
    scene.draw(graphics, seconds);
    graphics.dispose();
    return picture;
  }

  /** Greatest red in the box. */
  private static int brightest(BufferedImage picture, Box box) {
    int brightest = 0;
    for (int y = (int) box.y(); y < box.bottom(); y++) {
      for (int x = (int) box.x(); x < box.right(); x++) {
        brightest = Math.max(brightest, (picture.getRGB(x, y) >> 16) & 0xff);
      }
    }
    return brightest;
  }
}
