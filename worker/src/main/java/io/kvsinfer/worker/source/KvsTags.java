package io.kvsinfer.worker.source;

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
 * @param continuationToken after the cluster: the fragment is whole, and reading goes on from here
 * @param millisBehindNow after the cluster: how far behind the newest media it is
 * @param errorId in place of media: what went wrong, see {@link #errorCode}
 * @param errorCode in place of media: what went wrong, in words of KVS
 */
public record KvsTags(
    @Nullable String number,
    @Nullable Instant producedAt,
    @Nullable Instant serverAt,
    @Nullable String continuationToken,
    @Nullable Long millisBehindNow,
    @Nullable String errorId,
    @Nullable String errorCode) {
  public static final KvsTags NONE = new KvsTags(null, null, null, null, null, null, null);

  private static final String PREFIX = "AWS_KINESISVIDEO_";

  /** The year 10000: what lies beyond is no time of a camera. */
  private static final long LATEST_MS = 253_402_300_800_000L;

  /** Of a {@code Tags} element, by name; what is not there or no such value is null. */
  public static KvsTags of(Map<String, String> tags) {
    return new KvsTags(
        tags.get(PREFIX + "FRAGMENT_NUMBER"),
        time(tags, "PRODUCER_TIMESTAMP", "PRODUCER_SIDE_TIMESTAMP"),
        time(tags, "SERVER_TIMESTAMP", "SERVER_SIDE_TIMESTAMP"),
        tags.get(PREFIX + "CONTINUATION_TOKEN"),
        number(tags.get(PREFIX + "MILLIS_BEHIND_NOW")),
        tags.get(PREFIX + "ERROR_ID"),
        tags.get(PREFIX + "ERROR_CODE"));
  }

  /** Whether these stand behind a fragment's media: it is whole. */
  public boolean endsFragment() {
    return continuationToken != null || millisBehindNow != null;
  }

  /** Whether these stand in place of media. */
  public boolean isError() {
    return errorId != null || errorCode != null;
  }

  private static @Nullable Long number(@Nullable String text) {
    try {
      return text == null ? null : Long.valueOf(text.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * Seconds since 1970 with a fraction; null where there is no such tag or it is no such number.
   */
  private static @Nullable Instant time(Map<String, String> tags, String name, String other) {
    String text = tags.getOrDefault(PREFIX + name, tags.getOrDefault(PREFIX + other, ""));
    try {
      if (text.isEmpty()) {
        return null;
      }
      long ms = new BigDecimal(text.strip()).movePointRight(3).longValueExact();
      return ms < 0 || ms > LATEST_MS ? null : Instant.ofEpochMilli(ms);
    } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
      return null;
    }
  }
}
