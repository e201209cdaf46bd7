package io.kvsinfer.functions.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.contract.metric.EmfLine;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Desired.Outcome;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.contract.state.Status.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FleetGaugesTest {
  private static final Instant NOW = Instant.parse("2026-11-21T02:48:00Z");
  private static final FleetGauges GAUGES = new FleetGauges("dev", Duration.ofMinutes(2), true);
  private static final Desired ON = new Desired("0123456789ab", Outcome.ACCEPTED, List.of());

  @Test
  void a_camera_without_a_frame_for_too_long_is_silent() throws Exception {
    JsonNode fleet =
        fleet(
            Map.of("yard", ON, "gate", ON),
            Map.of(
                "yard", row("yard", NOW.minusSeconds(121), Phase.STALLED),
                "gate", row("gate", NOW.minusSeconds(3), Phase.RUNNING)));

    assertThat(fleet.get("CamerasSilent").asInt()).isEqualTo(1);
    assertThat(fleet.get("CamerasRunning").asInt()).isEqualTo(1);
    assertThat(fleet.get("SilenceSeconds").asDouble()).isEqualTo(121);
  }

  @Test
  void a_camera_whose_worker_never_showed_a_frame_is_silent_since_its_launch() throws Exception {
    JsonNode fleet = fleet(Map.of("yard", ON), Map.of("yard", row("yard", null, null)));

    assertThat(fleet.get("CamerasSilent").asInt()).isEqualTo(1);
    assertThat(fleet.get("SilenceSeconds").asDouble()).isEqualTo(600);
  }

  @Test
  void a_camera_that_is_paused_or_refused_is_never_silent() throws Exception {
    JsonNode fleet =
        fleet(
            Map.of(
                "yard", new Desired("0123456789ab", Outcome.PAUSED, List.of()),
                "gate", new Desired(null, Outcome.REFUSED, List.of())),
            Map.of(
                "yard", row("yard", NOW.minusSeconds(9000), Phase.STOPPED),
                "gate", row("gate", NOW.minusSeconds(9000), Phase.STOPPED)));

    assertThat(fleet.get("CamerasSilent").asInt()).isZero();
    assertThat(fleet.get("CamerasRefused").asInt()).isEqualTo(1);
  }

  @Test
  void cameras_are_counted_by_phase() {
    List<String> lines =
        GAUGES
            .lines(
                Map.of("yard", ON, "gate", ON, "roof", ON),
                Map.of(
                    "yard", row("yard", NOW, Phase.FAILED), "gate", row("gate", NOW, Phase.FAILED)),
                NOW)
            .stream()
            .map(EmfLine::write)
            .toList();

    assertThat(lines)
        .anyMatch(l -> l.contains("\"phase\":\"failed\"") && l.endsWith("\"Cameras\":2.0}"))
        .anyMatch(l -> l.contains("\"phase\":\"not_started\"") && l.endsWith("\"Cameras\":1.0}"));
  }

  @Test
  void metrics_of_each_camera_are_left_out_where_nobody_wants_to_pay_for_them() {
    FleetGauges few = new FleetGauges("dev", Duration.ofMinutes(2), false);
    Map<String, CameraState> rows = Map.of("yard", row("yard", NOW, Phase.RUNNING));

    assertThat(few.lines(Map.of("yard", ON), rows, NOW))
        .noneMatch(l -> l.write().contains("camera_id"));
    assertThat(GAUGES.lines(Map.of("yard", ON), rows, NOW))
        .anyMatch(l ->
            l.write().contains("\"camera_id\":\"yard\"")
                && l.write().contains("\"LatencyMs\":250.0"));
  }

  private static JsonNode fleet(Map<String, Desired> desired, Map<String, CameraState> rows)
      throws Exception {
    for (EmfLine line : GAUGES.lines(desired, rows, NOW)) {
      JsonNode tree = new JsonMapper().readTree(line.write());
      if (tree.has("CamerasSilent")) {
        return tree;
      }
    }
    throw new AssertionError("no line of the fleet");
  }

  private static CameraState row(String id, @Nullable Instant frame, @Nullable Phase phase) {
    Status status =
        phase == null ? null : new Status(phase, NOW, frame, 5.0, 250.0, null, null, null, null);
    Launch launch = new Launch("l1", null, 1, NOW.minusSeconds(600), null, "0123456789ab");
    return new CameraState(id, null, launch, null, null, null, status, null);
  }
}
