package io.kvsinfer.worker.source;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a source has done so far.
 *
 * @param lastReceivedAt wall time the newest frame came in
 */
public record SourceAccount(
    long fragments,
    long frames,
    long gaps,
    long reconnects,
    long readErrors,
    long urlRefreshes,
    @Nullable Instant lastReceivedAt) {}
