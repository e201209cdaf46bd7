package io.kvsinfer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class KvsInferTest {
  private final CommandRun run = new CommandRun(Map.of());

  @Test
  void help_names_the_commands_that_the_launcher_runs_too() {
    assertThat(run.of("--help")).isZero();
    assertThat(run.out()).contains("Usage: kvs-infer").contains("local").contains("kvs serve");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void version_is_that_of_the_build() {
    assertThat(run.of("--version")).isZero();
    assertThat(run.out()).matches("kvs-infer \\d+\\.\\d+\\.\\d+\\S*\\s*");
  }

  @Test
  void no_command_is_wrong_use_in_one_line() {
    assertThat(run.of()).isEqualTo(2);
    assertThat(run.err()).startsWith("kvs-infer: Missing required subcommand").contains("--help");
  }

  @Test
  void an_unknown_option_is_wrong_use() {
    assertThat(run.of("--nonsense")).isEqualTo(2);
    assertThat(run.err()).contains("--nonsense").doesNotContain("\u001b").doesNotContain("\tat ");
  }
}
