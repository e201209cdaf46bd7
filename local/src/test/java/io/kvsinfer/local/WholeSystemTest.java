package io.kvsinfer.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.contract.settings.PlaybackSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** The main job with the packaged worker and functions, as {@code ./kvs-infer local} runs it. */
final class WholeSystemTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;

  @BeforeEach
  void find_the_packaged_programs() {
    Packaged.programs();
  }

  @AfterEach
  void forget_them() {
    Packaged.forget();
  }

  @ParameterizedTest
  @EnumSource(PlaybackSettings.Mode.class)
  void rendered_cameras_become_stored_incidents_and_nothing_is_lost_or_double(
      PlaybackSettings.Mode mode) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line =
        LocalMain.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    int code =
        line.execute(
            "local", "--for", "15s", "--mode", mode.name(), "--json", "--dir", folder.toString());

    assertThat(code).as(err.toString()).isZero();
    List<String> lines = out.toString().lines().toList();
    JsonNode summary = JSON.readTree(lines.getLast());
    assertThat(lines).hasSize(1);
    assertThat(summary.path("cameras").asInt()).isEqualTo(3);
    assertThat(summary.path("frames").asLong()).isPositive();
    assertThat(summary.path("incidents").asInt()).isPositive();
    assertThat(summary.path("events_stored").asInt())
        .isPositive()
        .isEqualTo(summary.path("events_published").asInt());
    assertThat(summary.path("snapshots").asInt()).isPositive();
    assertThat(summary.path("archive_objects").asInt()).isPositive();
    assertThat(summary.path("duplicates").asInt()).isZero();
    assertThat(summary.path("lost").asInt()).isZero();
    assertThat(err.toString()).contains("all cameras connected");
    assertThat(Files.readString(folder.resolve("environment")))
        .contains("export AWS_ENDPOINT_URL_DYNAMODB=", "export KVS_INFER_CAMERAS_TABLE=");
    every_incident_is_alerted_after_it_was_seen();
  }

  /**
   * How long after is measured in bench/alerts; here only that each has one, and in which order.
   */
  private void every_incident_is_alerted_after_it_was_seen() throws Exception {
    Set<String> opened = new HashSet<>();
    for (String line : Files.readAllLines(folder.resolve("journal"))) {
      JsonNode event = JSON.readTree(line);
      if (event.path("phase").asText().equals("opened")) {
        opened.add(event.path("incident_id").asText());
      }
    }
    Set<String> alerted = new HashSet<>();
    for (String line : Files.readAllLines(folder.resolve("alerts.jsonl"))) {
      JsonNode alert = JSON.readTree(line);
      JsonNode message = JSON.readTree(alert.path("message").asText());
      Instant started = Instant.parse(message.path("started_at").asText());
      Instant captured = Instant.parse(message.path("captured_at").asText());
      assertThat(captured).isAfterOrEqualTo(started);
      assertThat(Instant.parse(alert.path("published_at").asText())).isAfter(captured);
      if (message.path("phase").asText().equals("opened")) {
        alerted.add(message.path("incident_id").asText());
      }
    }
    assertThat(alerted).isNotEmpty().isEqualTo(opened);
  }
}
