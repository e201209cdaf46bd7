package io.kvsinfer.worker.source.hls;

import java.time.Instant;

/** Which part of a stream an HLS session plays. */
public sealed interface Playback {

  /** The newest fragments, moving on; fragments that come late are never listed. */
  record Live() implements Playback {}

  /**
   * From a capture time on, then live.
   *
   * @param from inclusive; a fragment that spans it is listed
   */
  record Replay(Instant from) implements Playback {}

  /** Archived media between two capture times, with an end. */
  record OnDemand(Instant from, Instant to) implements Playback {
    public OnDemand {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException("from " + from + " must lie before to " + to);
      }
    }
  }
}
