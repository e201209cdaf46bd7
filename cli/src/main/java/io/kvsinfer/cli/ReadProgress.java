package io.kvsinfer.cli;

import io.kvsinfer.media.decode.VideoFrame;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

/** A line that says, about once a second, how many frames came, how fast and how late. */
final class ReadProgress {
  private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  /** Media from so far back is a recording, and its age is no latency. */
  private static final Duration RECORDING = Duration.ofHours(1);

  private final PrintWriter err;
  private final boolean shown;
  private final InstantSource clock;
  private long frames;
  private long framesBefore;
  private long before = System.nanoTime();
  private int width;

  /**
   * @param shown whether anybody sees it: a terminal, not a pipe
   * @param clock to tell latency by
   */
  ReadProgress(PrintWriter err, boolean shown, InstantSource clock) {
    this.err = err;
    this.shown = shown;
    this.clock = clock;
  }

  void frame(VideoFrame frame) {
    frames++;
    long now = System.nanoTime();
    if (!shown || now - before < EVERY_NANOS) {
      return;
    }
    double fps = (frames - framesBefore) * 1e9 / (now - before);
    before = now;
    framesBefore = frames;
    Duration age = Duration.between(frame.time().capturedAt(), clock.instant());
    print(line(frames, fps, age));
  }

  static String line(long frames, double fps, Duration age) {
    String counted = String.format(Locale.ROOT, "%d frames, %.1f fps", frames, fps);
    return age.abs().compareTo(RECORDING) > 0
        ? counted
        : counted + String.format(Locale.ROOT, ", latency %.1f s", age.toMillis() / 1000.0);
  }

  /** Takes the line away, so that something else can be printed. */
  void clear() {
    if (width > 0) {
      err.print("\r" + " ".repeat(width) + "\r");
      err.flush();
      width = 0;
    }
  }

  private void print(String line) {
    err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
    err.flush();
    width = line.length();
  }
}
