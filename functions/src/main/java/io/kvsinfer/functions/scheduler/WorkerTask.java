package io.kvsinfer.functions.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A worker's ECS task.
 *
 * @param cameraId and {@code launchId}: what it was started for; {@link StartedBy#TOGETHER} where
 *     several cameras share it
 * @param startedAt when its container ran; null before, and when it never did
 * @param exitCode of the worker's container; null while it runs, or when it was never started
 * @param stopCode ECS's reason, as {@code USER_INITIATED}
 * @param cluster it runs in; null for the environment's first
 */
public record WorkerTask(
    String arn,
    String cameraId,
    String launchId,
    Phase phase,
    @Nullable Instant startedAt,
    @Nullable Instant stoppedAt,
    @Nullable Integer exitCode,
    @Nullable String stopCode,
    @Nullable String cluster) {

  /** A task in the environment's first cluster. */
  public WorkerTask(
      String arn,
      String cameraId,
      String launchId,
      Phase phase,
      @Nullable Instant startedAt,
      @Nullable Instant stoppedAt,
      @Nullable Integer exitCode,
      @Nullable String stopCode) {
    this(arn, cameraId, launchId, phase, startedAt, stoppedAt, exitCode, stopCode, null);
  }

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

  /** Whether several cameras share it. */
  boolean shared() {
    return cameraId.equals(StartedBy.TOGETHER);
  }

  /** How long its container ran, once that is known. */
  Optional<Duration> ran() {
    return startedAt == null || stoppedAt == null
        ? Optional.empty()
        : Optional.of(Duration.between(startedAt, stoppedAt));
  }
}
