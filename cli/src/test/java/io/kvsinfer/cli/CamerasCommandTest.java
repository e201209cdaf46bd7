package io.kvsinfer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.settings.Violation;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class CamerasCommandTest {
  @RegisterExtension static final TablesExtension TABLES = new TablesExtension();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GOOD =
      """
      schema: 1
      cameras:
        - {id: gate, stream_name: gate, fps_target: 2.5, detectors: [{type: alpr}]}
        - {id: yard, stream_name: yard, detectors: [{type: weapon}, {type: fire_smoke}]}
      """;

  @TempDir Path folder = Path.of("");

  private final CommandRun run = new CommandRun(TABLES.variables());

  @Test
  void a_valid_file_is_valid() throws IOException {
    assertThat(run.of("cameras", "validate", file("a.yaml", GOOD))).isZero();
    assertThat(run.out()).contains("a.yaml: valid, 2 cameras");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void an_older_name_is_valid_with_a_notice() throws IOException {
    String file = file("a.yaml", GOOD.replace("fps_target", "fps_limit"));

    assertThat(run.of("cameras", "validate", file)).isZero();
    assertThat(run.out()).contains("notice: cameras[0].fps_limit: older name of fps_target");
  }

  @Test
  void everything_wrong_in_every_file_is_reported_and_the_command_fails() throws IOException {
    String wrong = file("b.yaml", GOOD.replace("2.5", "-1").replace("stream_name: y", "steam: y"));

    assertThat(run.of("cameras", "validate", file("a.yaml", GOOD), wrong, "nowhere.yaml"))
        .isEqualTo(1);
    assertThat(run.out())
        .contains("a.yaml: valid")
        .contains("b.yaml: refused, 3 violations")
        .contains("cameras[0].fps_target = -1: must be above 0, at most 120")
        .contains("cameras[1].steam")
        .contains("nowhere.yaml: refused, 1 violation")
        .contains("there is no such file");
    assertThat(run.err()).isEqualToIgnoringNewLines("kvs-infer: 2 of 3 files are not valid");
  }

  @Test
  void a_verdict_in_json_has_path_value_and_what_is_allowed() throws IOException {
    assertThat(
            run.of("cameras", "validate", "--json", file("b.yaml", GOOD.replace("2.5", "\"2\""))))
        .isEqualTo(1);
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.get("valid").booleanValue()).isFalse();
    assertThat(json.at("/violations/0/path").textValue()).isEqualTo("cameras[0].fps_target");
    assertThat(json.at("/violations/0/value").textValue()).isEqualTo("\"2\"");
    assertThat(json.at("/violations/0/allowed").textValue()).startsWith("must be a number");

    assertThat(run.of("cameras", "validate", "--json", file("a.yaml", GOOD))).isZero();
    assertThat(JSON.readTree(run.out()).at("/cameras/1").textValue()).isEqualTo("yard");
  }

  @Test
  void a_file_that_is_no_text_or_too_long_is_refused() throws IOException {
    Path binary = Files.write(folder.resolve("x.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    Path huge = Files.write(folder.resolve("y.yaml"), new byte[17 << 20]);

    assertThat(run.of("cameras", "validate", binary.toString(), huge.toString(), "" + folder))
        .isEqualTo(1);
    assertThat(run.out()).contains("  must be text in UTF-8").contains("  is too long");
  }

  @Test
  void put_adds_then_changes_then_leaves_alone() throws IOException {
    assertThat(run.of("cameras", "put", file("a.yaml", GOOD))).isZero();
    assertThat(run.out()).containsSubsequence("gate added", "yard added");

    assertThat(run.of("cameras", "put", "--json", file("a.yaml", GOOD.replace("2.5", "3"))))
        .isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "{\"id\":\"gate\",\"result\":\"changed\",\"changes\":"
                + "[{\"path\":\"fps_target\",\"before\":\"2.5\",\"after\":\"3\"}]}",
            "{\"id\":\"yard\",\"result\":\"unchanged\"}");
    assertThat(TABLES.cameras().get("gate").orElseThrow().tree().get("fps_target").doubleValue())
        .isEqualTo(3);
  }

  @Test
  void put_writes_nothing_when_one_file_is_wrong() throws IOException {
    String wrong = file("b.yaml", GOOD.replace("2.5", "0").replace("gate", "other"));

    assertThat(run.of("cameras", "put", file("a.yaml", GOOD), wrong)).isEqualTo(1);
    assertThat(run.err()).contains("cameras[0].fps_target = 0").contains("nothing was written");
    assertThat(TABLES.cameras().scan()).isEmpty();
  }

  @Test
  void put_refuses_a_model_by_path_and_a_camera_in_two_files() throws IOException {
    String path = file("b.yaml", GOOD.replace("{type: alpr}", "{type: alpr, model: x.onnx}"));

    assertThat(run.of("cameras", "put", path)).isEqualTo(1);
    assertThat(run.err()).contains("gate: detectors[0].model = \"x.onnx\": must be a model's name");
    assertThat(run.of("cameras", "put", file("a.yaml", GOOD), file("c.yaml", GOOD))).isEqualTo(1);
    assertThat(run.err()).contains("gate: stands in more than one file");
  }

  @Test
  void list_shows_items_and_judges_them() throws IOException {
    run.of("cameras", "put", file("a.yaml", GOOD));
    TABLES.cameras().put(item("bad\u001b[2J", "fps_target", 0));

    assertThat(run.of("cameras", "list")).isZero();
    assertThat(run.out())
        .containsPattern("gate +yes +gate +2.5 +alpr +[0-9a-f]{12}")
        .containsPattern("yard +yes +yard +5 +weapon, fire_smoke")
        .containsPattern("bad\\?\\[2J .*refused: ")
        .doesNotContain("\u001b");
    assertThat(run.of("cameras", "list", "--json")).isZero();
    assertThat(run.out().lines()).hasSize(3);
    assertThat(run.out()).contains("\"settings_revision\":").contains("\"valid\":false");
  }

  @Test
  void an_empty_table_says_how_to_fill_it() {
    assertThat(run.of("cameras", "list")).isZero();
    assertThat(run.out()).contains("cameras put FILE");
    assertThat(run.of("cameras", "status")).isZero();
    assertThat(run.out()).contains("cameras put FILE");
  }

  @Test
  void pause_resume_and_remove_change_one_item() throws IOException {
    run.of("cameras", "put", file("a.yaml", GOOD));

    assertThat(run.of("cameras", "pause", "gate")).isZero();
    assertThat(enabled("gate")).isFalse();
    assertThat(enabled("yard")).isTrue();
    assertThat(run.of("cameras", "resume", "gate")).isZero();
    assertThat(enabled("gate")).isTrue();
    assertThat(run.of("cameras", "remove", "gate")).isZero();
    assertThat(TABLES.cameras().get("gate")).isEmpty();
    assertThat(run.of("cameras", "remove", "gate")).isEqualTo(1);
    assertThat(run.err()).contains("there is no camera gate");
    assertThat(run.of("cameras", "pause", "nobody")).isEqualTo(1);
    assertThat(run.err()).contains("there is no camera nobody");
  }

  @Test
  void status_shows_phase_rate_last_frame_error_and_why_a_camera_was_refused() throws IOException {
    run.of("cameras", "put", file("a.yaml", GOOD));
    TABLES.cameras().put(item("bad", "fps_target", 0));
    TABLES.cameras().put(item("new", "fps_target", 0));
    watched("gate", Status.Phase.RUNNING, null);
    watched("yard", Status.Phase.FAILED, "stream not found");
    TABLES
        .states()
        .putDesired(
            "bad",
            new Desired(
                null,
                Desired.Outcome.REFUSED,
                List.of(new Violation("fps_target", "0", "must be above 0, at most 120"))));

    assertThat(run.of("cameras", "status")).isZero();
    assertThat(run.out())
        .containsPattern("gate +accepted +running 60s +4.8 +120 ms +3s ago")
        .containsPattern("yard +accepted +failed 60s .*stream not found")
        .containsPattern("bad +refused +-")
        .contains("bad refused: fps_target = 0: must be above 0, at most 120")
        .containsPattern("new +refused +-");
  }

  @Test
  void an_id_that_nobody_can_have_meant_does_not_widen_the_table() throws IOException {
    run.of("cameras", "put", file("a.yaml", GOOD));
    TABLES.cameras().put(item("x".repeat(1500), "fps_target", 0));
    assertThat(run.of("cameras", "status")).isZero();
    assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(300));
    assertThat(run.out()).contains("x".repeat(99) + "… refused: ");
  }

  @Test
  void status_says_why_no_worker_runs() throws IOException {
    run.of("cameras", "put", file("a.yaml", GOOD));
    Launch launch = new Launch("l-gate", null, 1, CommandRun.NOW, null, "0123456789ab");
    TABLES.states().putLaunch("gate", launch, null);
    TABLES.states().setNotPlaced("gate", "l-gate", CommandRun.NOW, "RESOURCE:GPU");
    watched("yard", Status.Phase.STOPPED, null);
    TABLES.states().setRefused("yard", "l-yard", "there is no model nothing");

    assertThat(run.of("cameras", "status")).isZero();
    assertThat(run.out())
        .containsPattern("gate +.*ECS started no task: RESOURCE:GPU")
        .containsPattern("yard +.*there is no model nothing");
    assertThat(run.of("cameras", "status", "gate", "--json")).isZero();
    assertThat(run.out()).contains("\"not_placed\":\"RESOURCE:GPU\"");
  }

  @Test
  void status_in_json_is_one_line_a_camera() throws IOException {
    run.of("cameras", "put", file("a.yaml", GOOD));
    TABLES.cameras().put(item("bad", "fps_target", 0));
    watched("gate", Status.Phase.RUNNING, null);

    assertThat(run.of("cameras", "status", "--json")).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(3);
    JsonNode bad = JSON.readTree(lines.get(0));
    JsonNode gate = JSON.readTree(lines.get(1));
    JsonNode yard = JSON.readTree(lines.get(2));
    assertThat(bad.at("/violations/0/path").textValue()).isEqualTo("fps_target");
    assertThat(bad.at("/violations/0/value").textValue()).isEqualTo("0");
    assertThat(gate.get("phase").textValue()).isEqualTo("running");
    assertThat(gate.get("last_frame_at").textValue()).isEqualTo("2026-11-21T11:59:57.000Z");
    assertThat(gate.get("attempt").intValue()).isEqualTo(1);
    assertThat(yard.get("verdict").textValue()).isEqualTo("pending");
  }

  @Test
  void status_of_one_camera_shows_it_alone_and_of_none_fails() throws IOException {
    run.of("cameras", "put", file("a.yaml", GOOD));

    assertThat(run.of("cameras", "status", "yard")).isZero();
    assertThat(run.out()).contains("yard").doesNotContain("gate");
    assertThat(run.of("cameras", "status", "nobody")).isEqualTo(1);
    assertThat(run.err()).contains("there is no camera nobody");
  }

  @Test
  void watching_looks_again() throws IOException {
    run.of("cameras", "put", file("a.yaml", GOOD));

    assertThat(run.of("cameras", "status", "--watch", "--interval", "0.1", "--count", "3"))
        .isZero();
    assertThat(run.out().lines().filter(line -> line.startsWith("CAMERA"))).hasSize(3);
    assertThat(run.of("cameras", "status", "--watch", "--interval", "0")).isEqualTo(2);
  }

  @Test
  void a_camera_that_was_removed_is_shown_while_its_worker_runs() {
    watched("gone", Status.Phase.DRAINING, null);
    assertThat(run.of("cameras", "status")).isZero();
    assertThat(run.out()).doesNotContain("gone");

    TABLES.leases().take("gone", "l-gone", null);
    assertThat(run.of("cameras", "status")).isZero();
    assertThat(run.out()).containsPattern("gone +removed +draining 60s");
    assertThat(run.of("cameras", "status", "--json")).isZero();
    assertThat(run.out()).contains("\"generation\":1");
  }

  @Test
  void without_table_names_the_error_says_where_they_come_from() {
    CommandRun bare = new CommandRun(Map.of());

    assertThat(bare.of("cameras", "list")).isEqualTo(1);
    assertThat(bare.err())
        .startsWith("kvs-infer: the environment variable KVS_INFER_CAMERAS_TABLE is not set")
        .contains("D/environment");
  }

  @Test
  void a_table_that_is_not_there_is_one_line() {
    CommandRun other = new CommandRun(Map.of("KVS_INFER_CAMERAS_TABLE", "nothing-here"));

    assertThat(other.of("cameras", "list")).isEqualTo(1);
    assertThat(other.err().lines()).hasSize(1);
    assertThat(other.err()).contains("there is no table ", "KVS_INFER_");
  }

  @Test
  void the_group_alone_is_wrong_use() {
    assertThat(run.of("cameras")).isEqualTo(2);
    assertThat(run.err()).contains("Missing required subcommand: validate");
    assertThat(run.of("cameras", "validate")).isEqualTo(2);
  }

  private String file(String name, String yaml) throws IOException {
    return Files.writeString(folder.resolve(name), yaml, StandardCharsets.UTF_8).toString();
  }

  private static ObjectNode item(String id, String key, int value) {
    return JSON.createObjectNode().put("id", id).put("stream_name", "s").put(key, value);
  }

  private static boolean enabled(String id) {
    return TABLES.cameras().get(id).orElseThrow().tree().path("enabled").booleanValue();
  }

  private static void watched(String id, Status.Phase phase, @Nullable String error) {
    TABLES
        .states()
        .putDesired(id, new Desired("0123456789ab", Desired.Outcome.ACCEPTED, List.of()));
    TABLES
        .states()
        .putLaunch(id, new Launch("l-" + id, null, 1, CommandRun.NOW, null, "0123456789ab"), null);
    TABLES
        .states()
        .putStatus(
            id,
            new Status(
                phase,
                CommandRun.NOW.minusSeconds(60),
                CommandRun.NOW.minusSeconds(3),
                4.8,
                120.0,
                error,
                "0123456789ab",
                "0.1.0",
                "127.0.0.1:9090"),
            "l-" + id);
  }
}
