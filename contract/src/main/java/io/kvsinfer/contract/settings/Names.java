package io.kvsinfer.contract.settings;

import java.util.regex.Pattern;

/** Patterns that names must match before they become paths or keys. */
public final class Names {
  /** Camera ids. */
  public static final Pattern CAMERA_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

  /** Detector, region and label names: like camera ids, with spaces inside. */
  public static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_ -]{0,62}[A-Za-z0-9_-])?");

  private static final Pattern OTHER = Pattern.compile("[^A-Za-z0-9_ -]");
  private static final int LONGEST = 64;

  private Names() {}

  /**
   * A text of somebody else's, such as a class of a model, as a {@link #NAME}: every character that
   * has no place in one becomes {@code _}, what is too long is cut, and what would not begin with a
   * letter or digit gets an {@code x} in front. A text that is a name already stays as it is.
   */
  public static String named(String text) {
    if (NAME.matcher(text).matches()) {
      return text;
    }
    String name = OTHER.matcher(text.strip()).replaceAll("_");
    if (name.isEmpty() || !Character.isLetterOrDigit(name.charAt(0))) {
      name = "x" + name;
    }
    return name.substring(0, Math.min(LONGEST, name.length())).stripTrailing();
  }
}
