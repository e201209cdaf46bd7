package io.kvsinfer.worker.source.hls;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where reading a stream begins. */
public sealed interface HlsStart {

  /** With the newest fragment. */
  record Newest() implements HlsStart {}

  /**
   * After what was watched before.
   *
   * @param fragmentNumber last fragment done; null where only the time is known
   * @param capturedAt capture time of its last frame
   * @param catchUp how far back from now is read; what is older is a gap, named
   */
  record After(@Nullable String fragmentNumber, Instant capturedAt, Duration catchUp)
      implements HlsStart {}

  /** Archived media between two capture times; the source ends after it. */
  record Range(Instant from, Instant to) implements HlsStart {}
}
