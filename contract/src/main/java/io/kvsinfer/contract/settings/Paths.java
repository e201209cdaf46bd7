package io.kvsinfer.contract.settings;

import java.util.regex.Pattern;

/** How violations say where a value stands. */
final class Paths {
  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private Paths() {}

  static String child(String path, String key) {
    if (!PLAIN_KEY.matcher(key).matches()) {
      return path + "[" + Excerpt.of(key) + "]";
    }
    return path.isEmpty() ? key : path + "." + key;
  }

  static String element(String path, int index) {
    return path + "[" + index + "]";
  }
}
