package io.kvsinfer.contract.settings;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The revision of a camera's settings: changes whenever any value does. */
public final class SettingsRevision {
  private static final int DIGITS = 12;

  private SettingsRevision() {}

  /** The first 12 hex digits of SHA-256 over {@link SettingsWriter#canonicalJson}. */
  public static String of(CameraSettings camera) {
    return hash(SettingsWriter.canonicalJson(camera));
  }

  /**
   * The revision of what only a new worker takes up. Settings that agree in it differ at most in
   * what a running worker takes up between two fragments: {@code fps_target}, {@code
   * catch_up_seconds}, {@code regions}, {@code tags}, and of each detector {@code
   * confidence_threshold}, {@code labels}, {@code regions}, {@code confirm}, {@code min_area},
   * {@code min_duration_seconds}, {@code cooldown_seconds} and, of {@code params}, {@code lists},
   * {@code countries} and {@code patterns}.
   */
  public static String restart(CameraSettings camera) {
    return hash(SettingsWriter.canonicalJson(LiveSettings.without(camera)));
  }

  private static String hash(String json) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
