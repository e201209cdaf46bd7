package io.kvsinfer.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/** How far {@code detect} is, in one line of a terminal that is written anew; nothing in a pipe. */
final class DetectProgress {
  private static final long EACH_NANOS = 200_000_000;
  private static final String CLEARED = "\r\u001b[K";

  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanos;
  private long next = Long.MIN_VALUE;
  private boolean shown;

  DetectProgress(PrintWriter err, boolean terminal, LongSupplier nanos) {
    this.err = err;
    this.terminal = terminal;
    this.nanos = nanos;
  }

  /** For this process. */
  @SuppressWarnings("NullAway") // the console is there since JDK 22, terminal or not
  static DetectProgress of(PrintWriter err) {
    return new DetectProgress(
        err,
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent(),
        System::nanoTime);
  }

  /**
   * A frame is done.
   *
   * @param number of the file, from 1
   * @param files in all
   * @param frame of this file, from 0
   */
  void frame(Path file, int number, int files, int frame) {
    long now = nanos.getAsLong();
    if (!terminal || (next != Long.MIN_VALUE && now - next < 0)) {
      return;
    }
    next = now + EACH_NANOS;
    shown = true;
    err.print(
        CLEARED
            + Printable.of(
                "%s (%d of %d), frame %d".formatted(file.getFileName(), number, files, frame)));
    err.flush();
  }

  /** Makes room for a line of output. */
  void clear() {
    if (shown) {
      shown = false;
      err.print(CLEARED);
      err.flush();
    }
  }
}
