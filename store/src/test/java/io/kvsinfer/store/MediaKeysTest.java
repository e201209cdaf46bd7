package io.kvsinfer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.store.MediaKeys.Picture;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MediaKeysTest {
  private static final Instant AT = Instant.parse("2026-11-21T23:59:59.999Z");
  private static final String INCIDENT = "abcdefghijklmnopqrstuvwxyz";

  @Test
  void keys_are_those_of_the_contract() {
    assertThat(MediaKeys.picture("yard", AT, INCIDENT, 3, Picture.ANNOTATED))
        .isEqualTo("media/camera=yard/dt=2026-11-21/" + INCIDENT + "/3-annotated.jpg")
        .startsWith(MediaKeys.picturesOf("yard"));
    assertThat(MediaKeys.archive(AT, "shardId-000000000000", "10", "20"))
        .isEqualTo("events/dt=2026-11-21/hour=23/shardId-000000000000-10-20.jsonl.gz");
    assertThat(MediaKeys.poison(AT, "shardId-000000000000", "10"))
        .isEqualTo("poison/dt=2026-11-21/shardId-000000000000-10.json");
    assertThat(MediaKeys.fenced("yard", AT, "shardId-000000000000", "10"))
        .isEqualTo("fenced/camera=yard/dt=2026-11-21/shardId-000000000000-10.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../yard", "yard/..", "yard\n", "-yard", "höf"})
  void a_camera_id_that_is_none_becomes_no_key(String id) {
    assertThatThrownBy(() -> MediaKeys.picture(id, AT, INCIDENT, 0, Picture.CROP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("camera id must match");
  }

  @Test
  void other_odd_parts_become_no_key() {
    assertThatThrownBy(() -> MediaKeys.picture("yard", AT, "../x", 0, Picture.CROP))
        .hasMessageStartingWith("incident id must match");
    assertThatThrownBy(() -> MediaKeys.picture("yard", AT, INCIDENT, -1, Picture.CROP))
        .hasMessage("sequence = -1: must not be negative");
    assertThatThrownBy(() -> MediaKeys.poison(AT, "a/b", "1"))
        .hasMessageStartingWith("shard must match");
    assertThatThrownBy(() -> MediaKeys.poison(AT, "a", "x"))
        .hasMessageStartingWith("sequence number must match");
  }
}
