package io.kvsinfer.local;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

/**
 * Tells a person what happens: lines that stay, and on a terminal one line of progress that is
 * overwritten. Thread-safe.
 */
// The annotation is not worth a dependency; the console is null again in JDK 25 without a terminal.
@SuppressWarnings({"AnnotateFormatMethod", "SystemConsoleNull"})
final class Narrator {
  private static final int WIDTH = 78;

  private final PrintWriter lines;
  private final PrintWriter progress;
  private final boolean terminal;
  private boolean dirty;

  /**
   * @param lines for lines that stay
   * @param progress for what is overwritten
   */
  Narrator(PrintWriter lines, PrintWriter progress) {
    this.lines = lines;
    this.progress = progress;
    this.terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  /** A line that stays. */
  synchronized void say(String format, Object... values) {
    clear();
    lines.println(values.length == 0 ? format : format.formatted(values));
    lines.flush();
  }

  /** What is under way; shown on a terminal only. */
  synchronized void busy(String format, Object... values) {
    if (terminal) {
      String text = values.length == 0 ? format : format.formatted(values);
      progress.printf(
          "\r%-" + WIDTH + "s", text.length() > WIDTH ? text.substring(0, WIDTH) : text);
      progress.flush();
      dirty = true;
    }
  }

  private void clear() {
    if (dirty) {
      progress.printf("\r%" + WIDTH + "s\r", "");
      progress.flush();
      dirty = false;
    }
  }
}
