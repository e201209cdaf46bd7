package io.kvsinfer.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.Verdict;
import io.kvsinfer.contract.settings.Violation;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.contract.time.Timestamps;
import io.kvsinfer.store.CameraTable.CameraItem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How one camera does, from its item and its state.
 *
 * @param verdict accepted, refused or paused as the scheduler says; pending before it did; removed
 *     where only state is left; unreadable where the state has another shape than it should
 * @param violations why it was refused
 * @param problem of the state row itself
 */
record CameraReport(
    String cameraId,
    String verdict,
    List<Violation> violations,
    @Nullable CameraState state,
    @Nullable String problem) {

  /** The report of a camera that has an item, a state, or both. */
  static CameraReport of(String id, @Nullable CameraItem item, @Nullable CameraState state) {
    Desired desired = state == null ? null : state.desired();
    if (item == null) {
      return new CameraReport(id, "removed", List.of(), state, null);
    }
    if (desired != null) {
      return new CameraReport(id, lower(desired.verdict()), desired.violations(), state, null);
    }
    return switch (SettingsReader.readItem(item.tree())) {
      case Verdict.Accepted<CameraSettings> accepted ->
          new CameraReport(id, "pending", List.of(), state, null);
      // The scheduler will say the same.
      case Verdict.Refused<CameraSettings> refused ->
          new CameraReport(id, "refused", refused.violations(), state, null);
    };
  }

  /** The report of a camera whose state cannot be read. */
  static CameraReport unreadable(String id, String problem) {
    return new CameraReport(id, "unreadable", List.of(), null, problem);
  }

  @Nullable Status status() {
    return state == null ? null : state.status();
  }

  ObjectNode json() {
    ObjectNode json = Json.object().put("camera_id", cameraId).put("verdict", verdict);
    if (!violations.isEmpty()) {
      json.set("violations", Json.violations(violations));
    }
    if (problem != null) {
      json.put("problem", problem);
    }
    Status status = status();
    if (status != null) {
      json.put("phase", lower(status.phase()));
      json.put("since", Timestamps.format(status.since()));
      if (status.lastFrameAt() != null) {
        json.put("last_frame_at", Timestamps.format(status.lastFrameAt()));
      }
      put(json, "fps", status.fps());
      put(json, "latency_ms", status.latencyMs());
      put(json, "error", status.error());
      put(json, "settings_revision", status.settingsRevision());
      put(json, "worker_version", status.workerVersion());
      put(json, "metrics_address", status.metricsAddress());
    }
    if (state != null && state.launch() != null) {
      json.put("attempt", state.launch().attempt());
      put(json, "task_arn", state.launch().taskArn());
      put(json, "not_placed", state.launch().notPlaced());
      put(json, "refused", state.launch().refused());
    }
    if (state != null && state.lease() != null) {
      json.put("generation", state.lease().generation());
    }
    return json;
  }

  /** Cells of the status table. */
  String[] cells(Instant now) {
    Status status = status();
    if (status == null) {
      return new String[] {cameraId, verdict, "-", "-", "-", "-", trouble()};
    }
    return new String[] {
      cameraId,
      verdict,
      lower(status.phase()) + " " + age(status.since(), now),
      status.fps() == null ? "-" : number(status.fps()),
      status.latencyMs() == null ? "-" : number(status.latencyMs()) + " ms",
      status.lastFrameAt() == null ? "-" : age(status.lastFrameAt(), now) + " ago",
      trouble()
    };
  }

  /** The newest word on what keeps it from being watched; empty when there is none. */
  private String trouble() {
    Launch launch = state == null ? null : state.launch();
    if (launch != null && launch.notPlaced() != null) {
      return "ECS started no task: " + launch.notPlaced();
    }
    Status status = status();
    if (status != null && status.error() != null) {
      return status.error();
    }
    if (launch != null && launch.refused() != null) {
      return launch.refused();
    }
    return problem == null ? "" : problem;
  }

  /** A number with at most one decimal. */
  static String number(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value)
            .setScale(1, RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .toPlainString()
        : "-";
  }

  /** How long ago, in its largest unit. */
  static String age(Instant time, Instant now) {
    Duration age = Duration.between(time, now);
    if (age.isNegative()) {
      return "0s";
    }
    if (age.toMinutes() < 2) {
      return age.toSeconds() + "s";
    }
    if (age.toHours() < 2) {
      return age.toMinutes() + "m";
    }
    return age.toDays() < 2 ? age.toHours() + "h" : age.toDays() + "d";
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static void put(ObjectNode json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static void put(ObjectNode json, String name, @Nullable Double value) {
    if (value != null) {
      json.put(name, value);
    }
  }
}
