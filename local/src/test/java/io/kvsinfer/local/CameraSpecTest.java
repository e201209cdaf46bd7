package io.kvsinfer.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CameraSpecTest {
  @TempDir private Path folder;

  @Test
  void a_file_without_a_type_is_watched_for_objects() throws IOException {
    Path file = Files.createFile(folder.resolve("a.mp4"));

    CameraSpec camera = CameraSpec.parse("yard=" + file);

    assertThat(camera.name()).isEqualTo("yard");
    assertThat(camera.file()).isEqualTo(file);
    assertThat(camera.type()).isEqualTo("objects");
  }

  @Test
  void a_colon_before_a_folder_belongs_to_the_path() throws IOException {
    Path odd = Files.createDirectories(folder.resolve("a:b"));
    Path file = Files.createFile(odd.resolve("c.mp4"));

    assertThat(CameraSpec.parse("yard=" + file).file()).isEqualTo(file);
    assertThat(CameraSpec.parse("yard=" + file + ":weapon").type()).isEqualTo("weapon");
  }

  @Test
  void what_is_wrong_is_said_with_what_would_be_right() {
    assertThatThrownBy(() -> CameraSpec.parse("yard")).hasMessageContaining("NAME=FILE");
    assertThatThrownBy(() -> CameraSpec.parse("../x=a.mp4"))
        .hasMessageContaining("the name must match");
    assertThatThrownBy(() -> CameraSpec.parse("yard=a.mp4:wepon"))
        .hasMessageContaining("no detector type wepon")
        .hasMessageContaining("fire_smoke");
    assertThatThrownBy(() -> CameraSpec.parse("yard=" + folder.resolve("none.mp4")))
        .hasMessageContaining("cannot read the file");
    assertThatThrownBy(() -> CameraSpec.parse("yard=" + folder))
        .hasMessageContaining("cannot read the file");
  }

  @Test
  void a_file_that_is_no_video_is_refused_before_anything_starts() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.mp4"), "no video");

    assertThatThrownBy(() -> CameraSpec.parse("yard=" + file).requirePlayable())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--camera yard: cannot play " + file);
  }

  @Test
  void times_are_seconds_minutes_or_hours() {
    assertThat(LocalCommand.duration("--for", "90")).hasSeconds(90);
    assertThat(LocalCommand.duration("--for", "45s")).hasSeconds(45);
    assertThat(LocalCommand.duration("--for", "2m")).hasMinutes(2);
    assertThat(LocalCommand.duration("--for", "1h")).hasHours(1);
    for (String wrong : new String[] {"", "s", "-1s", "0", "ten", "99999999999"}) {
      assertThatThrownBy(() -> LocalCommand.duration("--connect-within", wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("60s");
    }
  }
}
