package io.kvsinfer.local.kvs;

import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;

/**
 * Mints fragment numbers that look like the real ones: 47 decimal digits, larger each time, also
 * after a restart.
 */
final class FragmentNumbers {
  /** Orders fragment numbers as numbers, whatever their length. */
  static final Comparator<String> ORDER =
      Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

  private static final String PREFIX = "9134385233318";
  private static final BigInteger TAIL = BigInteger.TEN.pow(18);

  private BigInteger last = BigInteger.ZERO;

  /** The next number for a fragment that came in at {@code now}. */
  synchronized String next(Instant now) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
    BigInteger byClock = new BigInteger(PREFIX + "%016d".formatted(micros)).multiply(TAIL);
    last = last.add(BigInteger.ONE).max(byClock);
    return last.toString();
  }

  /** Whether {@code text} can be a fragment number. */
  static boolean isNumber(String text) {
    return text.matches("[1-9][0-9]{0,127}");
  }
}
