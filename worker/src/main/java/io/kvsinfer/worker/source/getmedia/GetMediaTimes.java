package io.kvsinfer.worker.source.getmedia;

import java.time.Duration;

/**
 * Times that are not settings.
 *
 * @param longestDelay most time between two tries unless the reconnect delay is longer; a source
 *     that reads again within 5 s of the cause's end must not wait longer
 * @param betweenCalls least time between two calls; KVS allows five a second for a stream
 * @param settled a connection that lasted so long and then ended, came to its natural end even
 *     where nobody sent anything
 * @param stalled no media for so long: the producer is silent
 * @param late a fragment that KVS received so long ago is not live
 * @param hole media missing between two fragments for so long is a gap; no fragment of KVS is
 *     shorter than 1 s
 * @param behind falling further behind by so much than it was, for a network that brings less than
 *     the camera sends, reading goes on with the newest fragment
 */
record GetMediaTimes(
    Duration longestDelay,
    Duration betweenCalls,
    Duration settled,
    Duration stalled,
    Duration late,
    Duration hole,
    Duration behind) {

  static final GetMediaTimes DEFAULT =
      new GetMediaTimes(
          Duration.ofMillis(3500),
          Duration.ofMillis(250),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofMillis(900),
          Duration.ofSeconds(5));
}
