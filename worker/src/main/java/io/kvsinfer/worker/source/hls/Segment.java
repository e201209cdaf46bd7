package io.kvsinfer.worker.source.hls;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One media fragment as a playlist lists it.
 *
 * @param sequence media sequence number within the session
 * @param number KVS fragment number, null on a playlist that is not of KVS
 * @param init initialisation segment, null where the playlist has none
 * @param start capture time of its first frame, null where the playlist does not say
 */
record Segment(
    long sequence,
    @Nullable String number,
    URI uri,
    @Nullable URI init,
    @Nullable Instant start,
    Duration duration) {

  /** Fragment numbers grow in the order in which KVS takes fragments in. */
  static final Comparator<String> ARRIVAL =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  /** What it is joined on: the same in every session of a stream. */
  String key() {
    return number == null ? "#" + sequence : number;
  }

  /** Capture time after its last frame, null where the playlist does not say. */
  @Nullable Instant end() {
    return start == null ? null : start.plus(duration);
  }

  /** For messages. */
  String name() {
    return number == null ? "segment " + sequence : "fragment " + number;
  }
}
