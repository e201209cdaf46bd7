package io.kvsinfer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.testkit.TestMedia;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplayCommandTest {
  private static final String MODELS = TestMedia.repository().resolve("models").toString();

  @TempDir Path folder;

  private final CommandRun run = new CommandRun(Map.of());

  @AfterEach
  void nothing_native_is_left() {
    assertThat(NativeObjects.open()).isZero();
  }

  @Test
  @Tag("media")
  void a_burning_house_opens_incidents_that_close_and_a_person_reads_the_same_as_a_program()
      throws Exception {
    Path video = TestMedia.require("video/house6.mp4");
    assertThat(replay(video, "--type", "fire_smoke", "--json")).isZero();
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(new JsonMapper().readTree(line));
    }
    JsonNode sum = lines.removeLast();
    List<String> opened = incidents(lines, "opened");
    assertThat(opened).isNotEmpty().doesNotHaveDuplicates();
    assertThat(incidents(lines, "closed")).containsExactlyInAnyOrderElementsOf(opened);
    assertThat(lines.getFirst().get("at").asDouble()).isBetween(0.4, 3.0);
    assertThat(sum.get("incidents").asInt()).isEqualTo(opened.size());
    assertThat(sum.get("seconds").asDouble()).isBetween(29.0, 31.0);
    assertThat(sum.get("looked").asInt() + sum.get("idle").asInt()).isBetween(145, 152);
    assertThat(sum.get("frames_with").properties()).isNotEmpty();
    assertThat(sum.get("unread")).isEmpty();

    Path config = folder.resolve("cameras.yaml");
    Files.writeString(
        config,
        """
        schema: 1
        cameras:
          - {id: yard, stream_name: yard, detectors: [{type: fire_smoke}]}
          - {id: gate, stream_name: gate, detectors: [{type: weapon}]}
        """);
    assertThat(replay(video, "--config", config.toString(), "--camera", "yard")).isZero();
    assertThat(run.out())
        .contains("opened")
        .contains("closed")
        .contains("; " + opened.size() + " incidents");
    assertThat(replay(video, "--config", config.toString())).isEqualTo(2);
    assertThat(run.err()).contains("yard, gate");
    assertThat(replay(video, "--config", config.toString(), "--camera", "door")).isEqualTo(1);
    assertThat(run.err()).contains("no camera door");
  }

  @Test
  void wrong_use_is_told_apart_from_failure() throws Exception {
    Path text = Files.writeString(folder.resolve("notes.mp4"), "not a video");
    assertThat(replay(text)).isEqualTo(2);
    assertThat(run.err()).contains("Give --type, or --config");
    assertThat(replay(text, "--type", "weapon", "--camera", "yard")).isEqualTo(2);
    assertThat(run.err()).contains("--camera goes with --config");
    assertThat(replay(text, "--config", "absent.yaml", "--fps", "2")).isEqualTo(2);
    assertThat(replay(text, "--config", "absent.yaml")).isEqualTo(1);
    assertThat(run.err()).contains("there is no such file");
    assertThat(replay(text, "--type", "weapon", "--fps", "0")).isEqualTo(1);
    assertThat(run.err()).contains("fps_target");
    assertThat(replay(text, "--type", "weapon")).isEqualTo(1);
    assertThat(run.err()).contains("cannot read").contains("notes.mp4");
    assertThat(replay(folder.resolve("absent.mp4"), "--type", "weapon")).isEqualTo(1);
    assertThat(run.err()).contains("there is no such file");
  }

  private int replay(Path input, String... more) {
    List<String> line =
        new ArrayList<>(List.of("replay", "--input", input.toString(), "--models", MODELS));
    line.addAll(List.of(more));
    return run.of(line.toArray(String[]::new));
  }

  private static List<String> incidents(List<JsonNode> lines, String phase) {
    return lines.stream()
        .filter(l -> l.get("phase").asText().equals(phase))
        .map(l -> l.get("incident").asText())
        .toList();
  }
}
