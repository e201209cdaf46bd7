package io.kvsinfer.contract.event;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Mints incident ids that a replay of the same media repeats: 26 characters of lower-case base32
 * (RFC 4648 alphabet) over SHA-256 of the first hit's place.
 */
public final class IncidentId {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int LENGTH = 26;

  private IncidentId() {}

  /**
   * The id of an incident.
   *
   * @param fragmentNumber of the first hit's frame; null where the source has none, then {@code
   *     capturedAt} stands for it
   * @param offsetMs of that frame in its fragment
   * @param ordinal of the box in that frame, counted from left to right from 0
   */
  public static String of(
      String cameraId,
      String detector,
      String label,
      @Nullable String fragmentNumber,
      Instant capturedAt,
      long offsetMs,
      int ordinal) {
    String place =
        fragmentNumber != null ? fragmentNumber : Long.toString(capturedAt.toEpochMilli());
    String text =
        String.join(
            "\n",
            cameraId,
            detector,
            label,
            place,
            Long.toString(offsetMs),
            Integer.toString(ordinal));
    byte[] hash;
    try {
      hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    // 26 characters of 5 bits: the first 130 bits of the hash.
    BigInteger bits = new BigInteger(1, Arrays.copyOf(hash, 17)).shiftRight(17 * 8 - LENGTH * 5);
    char[] id = new char[LENGTH];
    for (int i = LENGTH - 1; i >= 0; i--) {
      id[i] = ALPHABET.charAt(bits.intValue() & 31);
      bits = bits.shiftRight(5);
    }
    return new String(id);
  }
}
