package io.kvsinfer.worker.source.hls;

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

  /** After a segment whose first frame was captured at {@code start}. */
  static Position after(Segment segment, Instant start) {
    return new Position(segment.key(), segment.sequence(), start, start.plus(segment.duration()));
  }

  /** For messages. */
  String name() {
    return key == null ? end.toString() : "fragment " + key + " (captured until " + end + ")";
  }
}
