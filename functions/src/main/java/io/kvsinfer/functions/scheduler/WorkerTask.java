package io.kvsinfer.functions.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A worker's ECS task.
 *
 * @param cameraId and {@code launchId}: what it was started for
 * @param startedAt when its container ran; null before, and when it never did
 * @param exitCode of the worker's container; null while it runs, or when it was never started
 * @param stopCode ECS's reason, as {@code USER_INITIATED}
 */
public record WorkerTask(
    String arn,
    String cameraId,
    String launchId,
    Phase phase,
    @Nullable Instant startedAt,
    @Nullable Instant stoppedAt,
    @Nullable Integer exitCode,
    @Nullable String stopCode) {

  /** Phase of a task, coarser than ECS's {@code lastStatus}. */
  public enum Phase {
    /** Before its container runs. */
    STARTING,
    RUNNING,
    /** Told to stop, not yet stopped. */
    STOPPING,
    STOPPED
  }

  /** Whether it may still do something. */
  boolean live() {
    return phase != Phase.STOPPED;
  }

  /** How long its container ran, once that is known. */
  Optional<Duration> ran() {
    return startedAt == null || stoppedAt == null
        ? Optional.empty()
        : Optional.of(Duration.between(startedAt, stoppedAt));
  }
}
