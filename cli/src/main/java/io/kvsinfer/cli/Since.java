package io.kvsinfer.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A moment as operators write it: so long ago, a day, or a time. */
sealed interface Since {
  /** The moment, seen from now. */
  Instant from(Instant now);

  /** So long ago. */
  record Ago(Duration duration) implements Since {
    @Override
    public Instant from(Instant now) {
      return now.minus(duration);
    }
  }

  /** At that time. */
  record At(Instant time) implements Since {
    @Override
    public Instant from(Instant now) {
      return time;
    }
  }

  /** Reads {@code 90s}, {@code 15m}, {@code 2h}, {@code 7d}, a day or an RFC 3339 time. */
  final class Converter implements ITypeConverter<Since> {
    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

    @Override
    public Since convert(String text) {
      Matcher ago = AGO.matcher(text);
      if (ago.matches()) {
        long number = Long.parseLong(ago.group(1));
        return new Ago(
            switch (ago.group(2)) {
              case "s" -> Duration.ofSeconds(number);
              case "m" -> Duration.ofMinutes(number);
              case "h" -> Duration.ofHours(number);
              default -> Duration.ofDays(number);
            });
      }
      try {
        return new At(
            text.contains("T")
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
      } catch (DateTimeException e) {
        throw new TypeConversionException(
            "must be 90s, 15m, 2h, 7d, a day (2026-11-21) or a time (2026-11-21T02:48:00Z)");
      }
    }
  }
}
