package io.kvsinfer.worker.app;

import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import io.kvsinfer.contract.state.Checkpoint.QuietPlace;
import io.kvsinfer.worker.source.hls.HlsStart;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where watching begins, by what was kept of the worker before. */
final class Resumption {
  private Resumption() {}

  /**
   * The place after a pause, which is not caught up: looking goes on from when the camera came
   * back.
   *
   * @param kept null = the camera never had a worker
   * @param resumedAt null = it never was away
   */
  static @Nullable Checkpoint afterPause(@Nullable Checkpoint kept, @Nullable Instant resumedAt) {
    return kept == null || resumedAt == null || !kept.capturedAt().isBefore(resumedAt)
        ? kept
        : new Checkpoint(null, resumedAt, kept.openIncidents(), kept.quietPlaces());
  }

  /** Where the stream is read from. */
  static HlsStart start(@Nullable Checkpoint from, double catchUpSeconds) {
    return from == null
        ? new HlsStart.Newest()
        : new HlsStart.After(
            from.fragmentNumber(),
            from.capturedAt(),
            Duration.ofMillis(Math.round(catchUpSeconds * 1000)));
  }

  /** Where the checkpoint says an incident closed a short while ago. */
  static List<QuietPlace> quietPlaces(@Nullable Checkpoint kept) {
    return kept == null ? List.of() : kept.quietPlaces();
  }

  /** What the checkpoint and the spool know to be open, each once. */
  static List<OpenIncident> openIncidents(@Nullable Checkpoint kept, List<OpenIncident> spooled) {
    List<OpenIncident> open = new ArrayList<>(kept == null ? List.of() : kept.openIncidents());
    for (OpenIncident incident : spooled) {
      if (open.stream().noneMatch(o -> o.incidentId().equals(incident.incidentId()))) {
        open.add(incident);
      }
    }
    return open;
  }
}
