package io.kvsinfer.worker.source.hls;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a stream was read.
 *
 * @param key of the last fragment done, see {@link Segment#key}; null where only a time is known
 * @param sequence its media sequence number, -1 if unknown
 * @param start where a replay has to begin to list that fragment again
 * @param end capture time after its last frame
 */
record Position(@Nullable String key, long sequence, Instant start, Instant end) {

  /** Playlists give times in milliseconds. */
  private static final Duration ROUNDING = Duration.ofMillis(1);

  /** KVS lists what starts at or after a given time; no fragment of it is longer than 20 s. */
  private static final Duration LONGEST_FRAGMENT = Duration.ofSeconds(20);

  /**
   * After a frame of which only the fragment's number and the time are known. A replay begins far
   * enough back to list that fragment.
   */
  static Position at(@Nullable String key, Instant capturedAt) {
    return new Position(key, -1, capturedAt.minus(LONGEST_FRAGMENT), capturedAt);
  }

  /** After a segment whose first frame was captured at {@code start}. */
  static Position after(Segment segment, Instant start) {
    return new Position(
        segment.key(), segment.sequence(), start.minus(ROUNDING), start.plus(segment.duration()));
  }

  /** For messages. */
  String name() {
    return key == null ? end.toString() : "fragment " + key + " (captured until " + end + ")";
  }
}
