package io.kvsinfer.local.ecs;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What ECS would say of a task at one moment.
 *
 * @param desired that it is to run, or to stop
 * @param stopCode as the API spells it, {@code UserInitiated}
 * @param version rises with each change
 */
record TaskState(
    Status status,
    Status desired,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant startedAt,
    @Nullable Instant stoppingAt,
    @Nullable Instant stoppedAt,
    @Nullable String stopCode,
    @Nullable String stoppedReason,
    @Nullable Integer exitCode,
    int version) {

  /** Life of a task. */
  enum Status {
    PROVISIONING,
    PENDING,
    RUNNING,
    STOPPING,
    STOPPED
  }

  static TaskState provisioning(Instant now) {
    return new TaskState(
        Status.PROVISIONING, Status.RUNNING, now, now, null, null, null, null, null, null, 1);
  }

  TaskState pending(Instant now) {
    return new TaskState(
        Status.PENDING,
        desired,
        createdAt,
        now,
        null,
        stoppingAt,
        null,
        stopCode,
        stoppedReason,
        null,
        version + 1);
  }

  TaskState running(Instant now) {
    return new TaskState(
        Status.RUNNING,
        desired,
        createdAt,
        now,
        now,
        stoppingAt,
        null,
        stopCode,
        stoppedReason,
        null,
        version + 1);
  }

  TaskState stopping(Instant now, String code, String reason) {
    return new TaskState(
        status == Status.RUNNING ? Status.STOPPING : status,
        Status.STOPPED,
        createdAt,
        now,
        startedAt,
        now,
        null,
        code,
        reason,
        null,
        version + 1);
  }

  /** Stopped, for that reason unless it was told to stop before. */
  TaskState stopped(Instant now, String code, String reason, @Nullable Integer exit) {
    return new TaskState(
        Status.STOPPED,
        Status.STOPPED,
        createdAt,
        now,
        startedAt,
        Optional.ofNullable(stoppingAt).orElse(now),
        now,
        Optional.ofNullable(stopCode).orElse(code),
        Optional.ofNullable(stoppedReason).orElse(reason),
        exit,
        version + 1);
  }
}
