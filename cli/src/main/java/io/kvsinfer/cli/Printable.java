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
}
