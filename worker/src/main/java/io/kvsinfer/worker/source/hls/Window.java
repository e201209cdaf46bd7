package io.kvsinfer.worker.source.hls;

import java.time.Duration;
import java.util.List;

/**
 * A media playlist as it stood once.
 *
 * @param firstSequence media sequence number of the first segment
 * @param ended whether nothing will be added
 */
record Window(long firstSequence, List<Segment> segments, Duration target, boolean ended) {
  Window {
    segments = List.copyOf(segments);
  }

  /** Sequence number of the next segment that will be listed. */
  long end() {
    return firstSequence + segments.size();
  }

  /** Sequence number after the segment with that key, -1 if it is not listed. */
  long after(String key) {
    for (Segment s : segments) {
      if (s.key().equals(key)) {
        return s.sequence() + 1;
      }
    }
    return -1;
  }
}
