package io.kvsinfer.worker.source;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a source has done so far.
 *
 * @param lastReceivedAt wall time the newest frame came in
 * @param longestBreak longest time from a failure to the next frame, so far; a break that lasts is
 *     not in it yet
 */
public record SourceAccount(
    long fragments,
    long frames,
    long gaps,
    long reconnects,
    long readErrors,
    long urlRefreshes,
    @Nullable Instant lastReceivedAt,
    Duration longestBreak) {}
