package io.kvsinfer.worker.source.hls;

import java.time.Duration;

/**
 * Times that are not settings.
 *
 * @param request of one exchange, headers and body
 * @param shortestPoll least time between two reads of a playlist; KVS allows five requests a second
 *     for a session
 * @param longestPoll most time between two reads, while none is more likely to bring something
 * @param betweenFragments least time between two media requests; KVS allows twenty a second
 * @param stalled a playlist that lists nothing new for so long, and for three target durations,
 *     stands still
 * @param retryRenewal after a renewal that failed while the old session still plays
 * @param late a fragment read to catch up is late when it lies so far back
 * @param hole media missing between two fragments for so long is a gap; no fragment of KVS is
 *     shorter than 1 s
 * @param grace a hole is asked about again after it, for a fragment that is just coming in
 * @param overdue a fragment that KVS took in so long ago and that is not listed in the order of
 *     capture is looked for
 * @param arrivals of one exchange about when fragments came in; nothing waits longer for it
 * @param retryArrivals after one that failed
 */
public record HlsTimes(
    Duration request,
    Duration shortestPoll,
    Duration longestPoll,
    Duration betweenFragments,
    Duration stalled,
    Duration retryRenewal,
    Duration late,
    Duration hole,
    Duration grace,
    Duration overdue,
    Duration arrivals,
    Duration retryArrivals) {

  public static final HlsTimes DEFAULT =
      new HlsTimes(
          Duration.ofSeconds(10),
          Duration.ofMillis(220),
          Duration.ofSeconds(1),
          Duration.ofMillis(50),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofMillis(900),
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(3),
          Duration.ofSeconds(5));

  /** The same with other times of exchanges. */
  public HlsTimes withRequest(Duration value) {
    return new HlsTimes(
        value,
        shortestPoll,
        longestPoll,
        betweenFragments,
        stalled,
        retryRenewal,
        late,
        hole,
        grace,
        overdue,
        value.compareTo(arrivals) < 0 ? value : arrivals,
        retryArrivals);
  }
}
