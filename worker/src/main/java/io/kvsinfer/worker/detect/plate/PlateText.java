package io.kvsinfer.worker.detect.plate;

import java.util.Arrays;

/** How plates are written here, and how far two of them are apart. */
public final class PlateText {
  private PlateText() {}

  /** Upper-case letters and digits only: separators differ from reader to reader. */
  public static String normalized(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (counts(text.charAt(i))) {
        // Not String.toUpperCase, which may change the length.
        out.append(Character.toUpperCase(text.charAt(i)));
      }
    }
    return out.toString();
  }

  static boolean counts(char c) {
    return Character.isLetterOrDigit(c);
  }

  /** Levenshtein distance: insertions, deletions and replacements that make one the other. */
  public static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    Arrays.setAll(before, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int[] now = new int[b.length() + 1];
      now[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(replaced, 1 + Math.min(before[j], now[j - 1]));
      }
      before = now;
    }
    return before[b.length()];
  }
}
