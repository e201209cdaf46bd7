package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.metric.EmfLine;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the fleet does, as metrics. The scheduler tells it because it still runs when a worker does
 * not: a camera whose worker never started is silent too.
 *
 * @param environment the dimension of every metric
 * @param silentAfter without a frame
 * @param eachCamera whether there are metrics of each camera, beside those of the fleet
 */
record FleetGauges(String environment, Duration silentAfter, boolean eachCamera) {
  private static final String ENVIRONMENT = "environment";
  private static final String COUNT = "Count";

  /** The lines to be logged. */
  List<EmfLine> lines(Map<String, Desired> desired, Map<String, CameraState> rows, Instant now) {
    List<EmfLine> lines = new ArrayList<>();
    Map<String, Integer> phases = new TreeMap<>();
    int refused = 0;
    int failed = 0;
    int running = 0;
    int silent = 0;
    double longest = 0;
    for (Map.Entry<String, Desired> camera : desired.entrySet()) {
      CameraState row = rows.get(camera.getKey());
      Status status = row == null ? null : row.status();
      String phase = phase(camera.getValue(), status);
      phases.merge(phase, 1, Integer::sum);
      switch (camera.getValue().verdict()) {
        case REFUSED -> refused++;
        case PAUSED -> {
          continue;
        }
        case ACCEPTED -> {
          failed += phase.equals("failed") ? 1 : 0;
          running += phase.equals("running") ? 1 : 0;
          Instant seen = lastSign(row, status);
          if (seen != null) {
            double silence = Math.max(0, Duration.between(seen, now).toMillis() / 1e3);
            longest = Math.max(longest, silence);
            silent += silence > silentAfter.toSeconds() ? 1 : 0;
            if (eachCamera) {
              lines.add(camera(camera.getKey(), silence, status, now));
            }
          }
        }
      }
    }
    lines.add(
        new EmfLine(now, Map.of(ENVIRONMENT, environment), List.of(List.of(ENVIRONMENT)))
            .put("CamerasSilent", COUNT, silent)
            .put("CamerasFailed", COUNT, failed)
            .put("CamerasRefused", COUNT, refused)
            .put("CamerasRunning", COUNT, running)
            .put("SilenceSeconds", "Seconds", longest));
    phases.forEach((phase, count) ->
        lines.add(
            new EmfLine(
                    now,
                    Map.of(ENVIRONMENT, environment, "phase", phase),
                    List.of(List.of(ENVIRONMENT, "phase")))
                .put("Cameras", COUNT, count)));
    return lines;
  }

  private EmfLine camera(String id, double silence, @Nullable Status status, Instant now) {
    EmfLine line =
        new EmfLine(
            now,
            Map.of(ENVIRONMENT, environment, "camera_id", id),
            List.of(List.of(ENVIRONMENT, "camera_id")));
    line.put("SilenceSeconds", "Seconds", silence);
    Double latency = status == null ? null : status.latencyMs();
    if (latency != null) {
      line.put("LatencyMs", "Milliseconds", latency);
    }
    return line;
  }

  private static String phase(Desired desired, @Nullable Status status) {
    return switch (desired.verdict()) {
      case REFUSED -> "refused";
      case PAUSED -> "paused";
      case ACCEPTED ->
          status == null ? "not_started" : status.phase().name().toLowerCase(Locale.ROOT);
    };
  }

  /** The newest frame, else the launch that should have shown one by now. */
  private static @Nullable Instant lastSign(@Nullable CameraState row, @Nullable Status status) {
    Instant frame = status == null ? null : status.lastFrameAt();
    if (frame != null) {
      return frame;
    }
    Launch launch = row == null ? null : row.launch();
    return launch == null ? null : launch.requestedAt();
  }
}
