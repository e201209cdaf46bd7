package io.kvsinfer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class DetectProgressTest {
  private static final Path FILE = Path.of("folder", "video.mp4");
  private final StringWriter out = new StringWriter();
  private long now;

  @Test
  void a_terminal_sees_a_line_a_few_times_a_second() {
    DetectProgress progress = new DetectProgress(new PrintWriter(out), true, () -> now);
    for (int frame = 0; frame < 100; frame++) {
      progress.frame(FILE, 1, 2, frame);
      now += 10_000_000;
    }
    assertThat(out.toString().split("\r")).hasSize(1 + 5);
    assertThat(out.toString()).contains("video.mp4 (1 of 2), frame 80").doesNotContain("\n");
    int length = out.toString().length();
    progress.clear();
    assertThat(out.toString()).endsWith("\r\u001b[K").hasSizeGreaterThan(length);
    length = out.toString().length();
    progress.clear();
    assertThat(out.toString()).hasSize(length);
  }

  @Test
  void a_pipe_sees_nothing() {
    DetectProgress progress = new DetectProgress(new PrintWriter(out), false, () -> now);
    progress.frame(FILE, 1, 1, 0);
    progress.clear();
    assertThat(out.toString()).isEmpty();
  }
}
