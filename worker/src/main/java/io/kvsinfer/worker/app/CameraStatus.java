package io.kvsinfer.worker.app;

import io.kvsinfer.contract.state.Status;
import io.kvsinfer.contract.state.Status.Phase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a camera does, gathered from its threads. Thread-safe. */
final class CameraStatus {
  private static final Duration RATE_WINDOW = Duration.ofSeconds(30);

  private final InstantSource clock;
  private @Nullable String settingsRevision;
  private final String workerVersion;
  private final @Nullable String metricsAddress;
  private final ArrayDeque<Instant> looks = new ArrayDeque<>();

  private Phase phase = Phase.STARTING;
  private Instant since;
  private @Nullable Instant lastFrameAt;
  private @Nullable Double latencyMs;
  private @Nullable String error;
  private boolean changed = true;

  CameraStatus(
      InstantSource clock,
      @Nullable String settingsRevision,
      String workerVersion,
      @Nullable String metricsAddress) {
    this.clock = clock;
    this.settingsRevision = settingsRevision;
    this.workerVersion = workerVersion;
    this.metricsAddress = metricsAddress;
    this.since = clock.instant();
  }

  /** Enters a phase; the error of the one before is forgotten. */
  synchronized void enter(Phase next) {
    enter(next, null);
  }

  /** Enters a phase because of {@code reason}, one sentence. */
  synchronized void enter(Phase next, @Nullable String reason) {
    if (phase != next) {
      since = clock.instant();
      changed = true;
    }
    changed = changed || !Objects.equals(error, reason);
    phase = next;
    error = reason;
  }

  /**
   * Enters a phase because of what the source does. A camera that failed, is refused, drains or has
   * stopped stays so, and one that connects runs only once a frame was looked at.
   */
  synchronized void observe(Phase next, @Nullable String reason) {
    switch (phase) {
      case STARTING, FAILED, REFUSED, DRAINING, STOPPED -> {}
      case CONNECTING -> {
        if (next != Phase.RUNNING) {
          enter(next, reason);
        }
      }
      case RUNNING, STALLED, RECONNECTING -> enter(next, reason);
    }
  }

  /** Other settings are in force from now on. */
  synchronized void tookUp(String revision) {
    changed = changed || !revision.equals(settingsRevision);
    settingsRevision = revision;
  }

  synchronized Phase phase() {
    return phase;
  }

  /** A frame went through the detectors: a camera that was connecting runs. */
  synchronized void looked(Instant capturedAt) {
    if (phase == Phase.CONNECTING) {
      enter(Phase.RUNNING);
    }
    Instant now = clock.instant();
    lastFrameAt = now;
    latencyMs = Duration.between(capturedAt, now).toNanos() / 1e6;
    looks.addLast(now);
    forgetBefore(now.minus(RATE_WINDOW));
  }

  /** Frames passed, whether or not one was looked at: an idle camera is not a silent one. */
  synchronized void passed() {
    lastFrameAt = clock.instant();
  }

  /** Whether the phase or its reason changed since the last call. */
  synchronized boolean takeChanged() {
    boolean was = changed;
    changed = false;
    return was;
  }

  synchronized Status snapshot() {
    Instant now = clock.instant();
    forgetBefore(now.minus(RATE_WINDOW));
    Double fps = null;
    Instant first = looks.peekFirst();
    if (first != null && looks.size() > 1) {
      fps = (looks.size() - 1) / Math.max(0.2, Duration.between(first, now).toNanos() / 1e9);
    }
    return new Status(
        phase,
        since,
        lastFrameAt,
        fps,
        latencyMs,
        error,
        settingsRevision,
        workerVersion,
        metricsAddress);
  }

  private void forgetBefore(Instant limit) {
    while (!looks.isEmpty() && looks.getFirst().isBefore(limit)) {
      looks.removeFirst();
    }
  }
}
