package io.kvsinfer.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.embedded.ChildProcess;
import io.kvsinfer.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache that the workers of {@code kvs-infer local} begin with, of the packaged worker. */
class WorkerCacheTest {
  private static final Duration LONG = Duration.ofMinutes(4);

  @TempDir private Path home;
  private Path worker;
  private Programs programs;

  @BeforeEach
  void find() throws Exception {
    Programs packaged = Packaged.programs();
    Files.createSymbolicLink(home.resolve("models"), packaged.home().resolve("models"));
    Files.createSymbolicLink(home.resolve("lib"), packaged.worker().resolveSibling("lib"));
    worker = Files.copy(packaged.worker(), home.resolve("kvs-infer-worker.jar"));
    programs = new Programs(home, packaged.java(), worker, packaged.functions());
  }

  @AfterEach
  void forget() {
    Packaged.forget();
  }

  @Test
  void it_is_made_once_in_the_background_and_used_as_long_as_the_jars_are_the_same()
      throws Exception {
    assertThat(programs.workerCommand(home)).noneMatch(o -> o.startsWith("-XX:AOTCache"));
    WorkerCache cache = programs.workerCache();
    try (ChildProcess rehearsal = cache.makeInBackground(home).orElseThrow()) {
      assertThat(cache.makeInBackground(home)).as("while it is made").isEmpty();
      assertThat(rehearsal.await(LONG)).isTrue();
      assertThat(rehearsal.onExit().get()).isZero();
    }
    Path file = home.resolve(".kvs-infer/worker.aot");
    Eventually.until("it is kept", LONG, () -> cache.fitting().isPresent());
    assertThat(cache.makeInBackground(home)).as("once it is there").isEmpty();

    List<String> command = new ArrayList<>(programs.workerCommand(home));
    assertThat(command).contains("-XX:AOTCache=" + file);
    // The JVM does not start at all where it cannot use it.
    command.add(1, "-XX:AOTMode=on");
    command.addAll(List.of("--config", home.resolve("none.yaml").toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(said).contains("there is no settings file");

    // Likewise, as an older release would be: the JVM itself does not look.
    FileTime built = Files.getLastModifiedTime(worker);
    Files.setLastModifiedTime(worker, FileTime.from(built.toInstant().minusSeconds(60)));
    assertThat(programs.workerCommand(home)).noneMatch(o -> o.startsWith("-XX:AOTCache"));
    Files.setLastModifiedTime(worker, built);
    assertThat(programs.workerCommand(home)).contains("-XX:AOTCache=" + file);
  }
}
