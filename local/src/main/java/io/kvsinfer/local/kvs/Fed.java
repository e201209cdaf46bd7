package io.kvsinfer.local.kvs;

import java.time.Instant;

/**
 * A fragment that a feed produced, and where in the clip it is from: a frame captured at {@code t}
 * shows the clip at {@code clipSeconds + (t - producerTimestamp)}.
 *
 * @param clipSeconds from the first frame shown of the clip to the first of the fragment
 * @param loop 0 the first time the clip is played, then 1, 2, …
 */
public record Fed(String fragmentNumber, Instant producerTimestamp, double clipSeconds, int loop) {}
