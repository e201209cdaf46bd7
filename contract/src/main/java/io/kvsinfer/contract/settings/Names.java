package io.kvsinfer.contract.settings;

import java.util.regex.Pattern;

/** Patterns that names must match before they become paths or keys. */
public final class Names {
  /** Camera ids. */
  public static final Pattern CAMERA_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

  /** Detector, region and label names: like camera ids, with spaces inside. */
  public static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_ -]{0,62}[A-Za-z0-9_-])?");

  private Names() {}
}
