package io.kvsinfer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

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

  @ParameterizedTest
  @CsvSource({
    "'Unable to load region from any of the providers: [a, b]', 'no AWS region: set AWS_REGION'",
    "'Unable to load credentials from: [a, b]', 'no AWS credentials: set AWS_PROFILE'",
    "'Unable to execute HTTP request: Connection refused (SDK Attempt Count: 9)', 'nothing listens at http://127.0.0.1:1:'",
    "'bad thing\nat line 2', 'kvs-infer: bad thing'",
    "'steer \u001b[2J', 'kvs-infer: steer ?[2J'",
    "'', 'kvs-infer: IllegalStateException (set KVS_INFER_DEBUG=1'"
  })
  void a_failure_is_one_line_fit_for_the_operator(String message, String line) {
    StringWriter err = new StringWriter();
    CommandLine commandLine = KvsInfer.commandLine(Map.of(), () -> CommandRun.NOW);
    commandLine.setErr(new PrintWriter(err, true));

    int code =
        new ErrorLine(Map.of("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"))
            .handleExecutionException(new IllegalStateException(message), commandLine, null);

    assertThat(code).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains(line);
  }

  @Test
  void a_failure_is_red_on_a_terminal_and_traced_when_asked_for() {
    StringWriter err = new StringWriter();
    CommandLine commandLine = KvsInfer.commandLine(Map.of(), () -> CommandRun.NOW);
    commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.ON));
    commandLine.setErr(new PrintWriter(err, true));

    new ErrorLine(Map.of("KVS_INFER_DEBUG", "1"))
        .handleExecutionException(new IllegalStateException("broken"), commandLine, null);

    assertThat(err.toString())
        .startsWith("\u001b[31mkvs-infer: broken\u001b[0m")
        .contains("\tat io.kvsinfer.cli.KvsInferTest");
  }
}
