package io.kvsinfer.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The spool on a disk that takes no more: a process of its own, whose files the system lets grow to
 * a bound only, so that a write stops in the middle as it does on a full disk.
 */
final class FullDiskTest {
  private static final int KIBIBYTES = 256;
  private static final int PICTURE = 30_000;

  @TempDir Path folder;

  @Test
  void a_full_disk_refuses_whole_batches_and_what_was_taken_before_stays_whole() throws Exception {
    Path bash = Path.of("/bin/bash");
    assumeTrue(Files.isExecutable(bash), "needs /bin/bash for its limit of file sizes");
    Path spool = folder.resolve("spool");
    Process process =
        new ProcessBuilder(
                bash.toString(),
                "-c",
                "ulimit -f " + KIBIBYTES + " && exec \"$@\"",
                "limited",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Filler.class.getName(),
                spool.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output.lines().toList().getLast())
        .as(output)
        .matches("taken \\d+, refused at batch \\d+ and again, then one small");
    int taken =
        Integer.parseInt(output.lines().toList().getLast().replaceAll("\\D*(\\d+).*", "$1"));
    // Two events a batch: 256 KiB hold four of these batches.
    assertThat(taken).isEqualTo(8);
    try (Spool reopened = Spool.open(spool, 256L << 20)) {
      assertThat(reopened.pending())
          .extracting(IncidentEvent::trackId)
          .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 99L);
      assertThat(reopened.append(List.of(Events.opened(100)))).isEqualTo(10);
      assertThat(reopened.peek(100, 1L << 30)).hasSize(10);
    }
  }

  /** Fills a spool with batches of two events until the disk is full. */
  static final class Filler {
    private Filler() {}

    public static void main(String[] arguments) throws IOException {
      try (Spool spool = Spool.open(Path.of(arguments[0]), 256L << 20)) {
        int batch = 0;
        while (appended(spool, batch)) {
          batch++;
        }
        if (appended(spool, batch)) {
          throw new IllegalStateException("a full disk took a batch");
        }
        spool.append(List.of(Events.event(99, Phase.OPENED, 10)));
        System.out.printf(
            "taken %d, refused at batch %d and again, then one small%n", batch * 2, batch);
      }
    }

    private static boolean appended(Spool spool, int batch) {
      try {
        spool.append(
            IntStream.range(batch * 2, batch * 2 + 2)
                .mapToObj(i -> Events.event(i, Phase.OPENED, PICTURE))
                .toList());
        return true;
      } catch (IOException e) {
        return false;
      }
    }
  }
}
