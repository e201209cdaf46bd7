package io.kvsinfer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.testkit.Eventually;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProcessTest {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void output_goes_to_the_log_and_the_exit_code_comes_back() throws Exception {
    try (ChildProcess child = shell("echo $GREETING; echo oops >&2; exit 4")) {
      assertThat(child.onExit().get(20, TimeUnit.SECONDS)).isEqualTo(4);
      assertThat(child.exitCode()).hasValue(4);
    }
    assertThat(log()).containsExactlyInAnyOrder("hello", "oops");
  }

  @Test
  void it_may_end_in_its_own_time_when_it_is_asked_to() throws Exception {
    try (ChildProcess child =
        shell("trap 'echo draining; exit 0' TERM; echo up; while :; do sleep 0.05; done")) {
      Eventually.until("it is up", DEADLINE, () -> log().contains("up"));
      child.terminate();

      assertThat(child.await(DEADLINE)).isTrue();
      assertThat(child.exitCode()).hasValue(0);
    }
    assertThat(log()).contains("draining");
  }

  @Test
  void one_that_ignores_the_request_is_killed_after_the_grace() throws Exception {
    ChildProcess child = shell("trap '' TERM; echo up; while :; do sleep 0.05; done");
    Eventually.until("it is up", DEADLINE, () -> log().contains("up"));

    child.stop(Duration.ofMillis(200));

    assertThat(child.exitCode()).hasValue(ChildProcess.KILLED);
    assertThat(ProcessHandle.of(child.pid())).isEmpty();
  }

  @Test
  void a_signal_from_outside_shows_in_the_exit_code() throws Exception {
    try (ChildProcess child = shell("exec sleep 60")) {
      assertThat(ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly()).isTrue();

      assertThat(child.await(DEADLINE)).isTrue();
      assertThat(child.exitCode()).hasValue(ChildProcess.KILLED);
      child.kill();
    }
  }

  @Test
  void a_program_that_does_not_exist_ends_with_127() throws Exception {
    try (ChildProcess child =
        ChildProcess.start("absent", List.of("/no/such/program"), Map.of(), logFile())) {
      assertThat(child.onExit().get(20, TimeUnit.SECONDS)).isEqualTo(127);
    }
  }

  @Test
  void an_empty_command_is_refused() {
    assertThatThrownBy(() -> ChildProcess.start("empty", List.of(), Map.of(), logFile()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("empty");
  }

  @Test
  void it_dies_with_a_parent_that_is_killed() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ParentProgram.class.getName(),
                logFile().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long pid;
    try (BufferedReader reader = parent.inputReader(StandardCharsets.US_ASCII)) {
      pid = Long.parseLong(reader.readLine());
      assertThat(ProcessHandle.of(pid)).isPresent();
    } finally {
      parent.destroyForcibly();
    }

    Eventually.until("the child is gone", DEADLINE, () -> ProcessHandle.of(pid).isEmpty());
  }

  private ChildProcess shell(String script) {
    return ChildProcess.start(
        "test", List.of("/bin/sh", "-c", script), Map.of("GREETING", "hello"), logFile());
  }

  private Path logFile() {
    return folder.resolve("logs/child.log");
  }

  private List<String> log() throws Exception {
    return Files.exists(logFile()) ? Files.readAllLines(logFile()) : List.of();
  }
}
