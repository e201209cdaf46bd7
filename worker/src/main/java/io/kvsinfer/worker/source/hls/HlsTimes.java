package io.kvsinfer.worker.source.hls;

import java.time.Duration;

/**
 * Times that are not settings.
 *
 * @param request of one exchange, headers and body
 * @param shortestPoll least time between two reads of a playlist that did not move; KVS allows five
 *     requests a second for a session
 * @param longestPoll most time between two reads
 * @param betweenFragments least time between two media requests; KVS allows twenty a second
 * @param stalled a playlist that lists nothing new for so long, and for three target durations,
 *     stands still
 * @param retryRenewal after a renewal that failed while the old session still plays
 * @param late a fragment read to catch up is late when it lies so far back
 * @param hole media missing between two fragments for so long is a gap; no fragment of KVS is
 *     shorter than 1 s
 */
record HlsTimes(
    Duration request,
    Duration shortestPoll,
    Duration longestPoll,
    Duration betweenFragments,
    Duration stalled,
    Duration retryRenewal,
    Duration late,
    Duration hole) {

  static final HlsTimes DEFAULT =
      new HlsTimes(
          Duration.ofSeconds(10),
          Duration.ofMillis(300),
          Duration.ofMillis(1500),
          Duration.ofMillis(50),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofMillis(900));

  /** How long to wait before a playlist of that target duration is read again. */
  Duration poll(Duration target) {
    Duration quarter = target.dividedBy(4);
    return quarter.compareTo(shortestPoll) < 0
        ? shortestPoll
        : quarter.compareTo(longestPoll) > 0 ? longestPoll : quarter;
  }
}
