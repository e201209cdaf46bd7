package io.kvsinfer.contract.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A worker the scheduler asked ECS for.
 *
 * @param id random, new for every launch
 * @param taskArn once ECS answered
 * @param attempt launches since the camera last ran well, from 1
 * @param requestedAt when it was written
 * @param notBefore earliest time of the next launch, by backoff
 * @param settingsRevision revision it was launched for
 */
public record Launch(
    String id,
    @Nullable String taskArn,
    int attempt,
    Instant requestedAt,
    @Nullable Instant notBefore,
    @Nullable String settingsRevision) {}
