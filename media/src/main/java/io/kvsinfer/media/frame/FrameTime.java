package io.kvsinfer.media.frame;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When and where in its stream a frame was.
 *
 * @param capturedAt producer's time of the fragment + the frame's offset in it
 * @param serverAt when KVS received the fragment; null where the source does not know
 * @param fragmentNumber null where the source has no fragments
 * @param offsetMs presentation offset in the fragment, in milliseconds
 * @param keyframe whether decoding can start here
 * @param fragmentStart whether this is the first frame of its fragment
 */
public record FrameTime(
    Instant capturedAt,
    @Nullable Instant serverAt,
    @Nullable String fragmentNumber,
    long offsetMs,
    boolean keyframe,
    boolean fragmentStart) {}
