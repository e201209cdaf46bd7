package io.kvsinfer.contract.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A worker the scheduler asked ECS for. Cameras that share a task share the launch id.
 *
 * @param id random, new for every launch
 * @param taskArn once ECS answered
 * @param attempt launches since the camera last ran well, from 1
 * @param requestedAt when it was written
 * @param notBefore earliest time of the next launch, by backoff
 * @param settingsRevision revision it was launched for
 * @param restartRevision what of that only a new worker takes up; null when written by an older
 *     scheduler
 * @param taskDefinition ECS task definition, that is the worker's version; null likewise
 * @param cluster ECS cluster; null likewise
 * @param refused why the worker could not run with its settings: no launch follows until settings
 *     or worker version change
 * @param missingSince since when ECS does not know the task; null while it does
 * @param notPlaced why ECS started no task when it was last asked; null when it did, or was not
 *     asked yet
 */
public record Launch(
    String id,
    @Nullable String taskArn,
    int attempt,
    Instant requestedAt,
    @Nullable Instant notBefore,
    @Nullable String settingsRevision,
    @Nullable String restartRevision,
    @Nullable String taskDefinition,
    @Nullable String cluster,
    @Nullable String refused,
    @Nullable Instant missingSince,
    @Nullable String notPlaced) {

  /** A launch as an older scheduler wrote it. */
  public Launch(
      String id,
      @Nullable String taskArn,
      int attempt,
      Instant requestedAt,
      @Nullable Instant notBefore,
      @Nullable String settingsRevision) {
    this(
        id,
        taskArn,
        attempt,
        requestedAt,
        notBefore,
        settingsRevision,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
