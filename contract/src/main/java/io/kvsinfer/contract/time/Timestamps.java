package io.kvsinfer.contract.time;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/**
 * Times as JSON and tables hold them: RFC 3339, UTC, exactly milliseconds, as {@code
 * 2026-11-21T02:48:00.123Z}. Such texts sort as the times do.
 */
public final class Timestamps {
  private static final Pattern FORM =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z");
  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private Timestamps() {}

  /**
   * The text of a time; what is finer than a millisecond is cut off.
   *
   * @throws IllegalArgumentException outside of the years 0 to 9999
   */
  public static String format(Instant time) {
    try {
      int year = time.atOffset(ZoneOffset.UTC).getYear();
      if (year >= 0 && year <= 9999) {
        return FORMAT.format(time.truncatedTo(ChronoUnit.MILLIS));
      }
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("not a time of the years 0 to 9999", e);
    }
    throw new IllegalArgumentException("not a time of the years 0 to 9999: " + time);
  }

  /**
   * The time of a text in exactly that form.
   *
   * @throws DateTimeParseException for any other text
   */
  public static Instant parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new DateTimeParseException("not of the form 2026-11-21T02:48:00.123Z", text, 0);
    }
    return Instant.parse(text);
  }
}
