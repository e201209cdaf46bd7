package io.kvsinfer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.Mp4FileWriter;
import io.kvsinfer.media.decode.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The window on a screen of its own. */
class ReadWindowTest {
  @TempDir Path dir;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void a_frame_is_seen_on_the_screen() throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(p -> Files.isExecutable(Path.of(p, "Xvfb"))),
        "Xvfb is not installed");
    Process screen =
        new ProcessBuilder(
                "Xvfb", "-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      String display = screen.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(display).matches("[0-9]+");
      ProcessBuilder probe =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              System.getProperty("java.class.path"),
              ReadWindowProbe.class.getName(),
              blue().toString());
      probe.environment().put("DISPLAY", ":" + display);
      Path log = dir.resolve("probe.log");
      Process seen = probe.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      try {
        assertThat(seen.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(seen.exitValue()).as(Files.readString(log)).isZero();
        assertThat(Files.readString(log)).contains("java.awt.Color");
      } finally {
        seen.destroyForcibly();
      }
    } finally {
      screen.destroy();
    }
  }

  /** A second of plain blue. */
  private Path blue() throws Exception {
    Path file = dir.resolve("blue.mp4");
    byte[] bgr = new byte[160 * 120 * 3];
    for (int i = 0; i < bgr.length; i += 3) {
      bgr[i] = (byte) 230;
    }
    try (H264Encoder encoder = H264Encoder.open(160, 120, 10, 500_000, 10);
        Mp4FileWriter writer = Mp4FileWriter.create(file, encoder.track())) {
      for (int i = 0; i < 10; i++) {
        add(writer, encoder.encodeBgr(bgr, i * 100_000L));
      }
      add(writer, encoder.finish());
    }
    return file;
  }

  private static void add(Mp4FileWriter writer, Iterable<Sample> samples) throws IOException {
    for (Sample sample : samples) {
      writer.add(sample);
    }
  }
}
