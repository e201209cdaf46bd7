package io.kvsinfer.worker.source.getmedia;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a stream was read, for a source that takes over.
 *
 * @param fragmentNumber last fragment that is done; null where only the time is known
 * @param capturedAt capture time up to which everything was handed on
 */
public record ReadPosition(@Nullable String fragmentNumber, Instant capturedAt) {}
