package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a JVM of its own, ended by a real signal. */
class TerminationSignalsTest {
  /** The program that is ended. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws InterruptedException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
      System.out.println(
          TerminationSignals.handle(() -> {
            System.out.println("drained");
            Runtime.getRuntime().halt(7);
          }));
      Thread.sleep(60_000);
    }
  }

  private static Process program(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void the_action_ends_the_process_before_any_shutdown_hook_runs(String signal) throws Exception {
    Process process = program();
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("true");
      new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(out.lines()).containsExactly("drained");
      assertThat(process.exitValue()).isEqualTo(7);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void a_jvm_that_leaves_signals_alone_is_named() throws Exception {
    Process process = program("-Xrs");
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("false");
    } finally {
      process.destroyForcibly();
    }
  }
}
