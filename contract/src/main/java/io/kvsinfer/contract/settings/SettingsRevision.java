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
    byte[] json = SettingsWriter.canonicalJson(camera).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(json);
      return HexFormat.of().formatHex(hash).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
