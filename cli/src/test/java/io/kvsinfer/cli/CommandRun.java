package io.kvsinfer.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Map;
import picocli.CommandLine;

/** Runs command lines in this process and keeps what the last one printed. */
final class CommandRun {
  /** The time every command sees. */
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private final Map<String, String> environment;
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  CommandRun(Map<String, String> environment) {
    this.environment = environment;
  }

  /** The exit code. */
  int of(String... args) {
    out = new StringWriter();
    err = new StringWriter();
    CommandLine commandLine = KvsInfer.commandLine(environment, () -> NOW);
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(args);
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }
}
