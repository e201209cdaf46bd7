package io.kvsinfer.worker.source.file;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What KVS says of a fragment in its Matroska tags. Archived media spells two of them with {@code
 * _SIDE_}; both spellings are taken.
 *
 * @param number of the fragment
 * @param producedAt capture time of its first frame, by the producer's clock
 * @param serverAt when KVS received it
 */
record KvsTags(@Nullable String number, @Nullable Instant producedAt, @Nullable Instant serverAt) {
  static final KvsTags NONE = new KvsTags(null, null, null);

  private static final String PREFIX = "AWS_KINESISVIDEO_";

  static KvsTags of(Map<String, String> tags) {
    return new KvsTags(
        tags.get(PREFIX + "FRAGMENT_NUMBER"),
        time(tags, "PRODUCER_TIMESTAMP", "PRODUCER_SIDE_TIMESTAMP"),
        time(tags, "SERVER_TIMESTAMP", "SERVER_SIDE_TIMESTAMP"));
  }

  /**
   * Seconds since 1970 with a fraction; null where there is no such tag or it is no such number.
   */
  private static @Nullable Instant time(Map<String, String> tags, String name, String other) {
    String text = tags.getOrDefault(PREFIX + name, tags.getOrDefault(PREFIX + other, ""));
    try {
      return text.isEmpty()
          ? null
          : Instant.ofEpochMilli(new BigDecimal(text.strip()).movePointRight(3).longValueExact());
    } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
      return null;
    }
  }
}
