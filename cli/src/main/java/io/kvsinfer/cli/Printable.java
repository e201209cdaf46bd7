package io.kvsinfer.cli;

/** Makes text from tables and files fit for a terminal. */
final class Printable {
  private Printable() {}

  /** The text with control characters shown as {@code ?}, so that it cannot steer the terminal. */
  static String of(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c ->
            out.appendCodePoint(
                Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c));
    return out.toString();
  }

  /**
   * The text if it is no longer than {@code most} characters, else its beginning and an ellipsis.
   */
  static String cut(String text, int most) {
    return text.length() <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, most - 1))) + "…";
  }
}
