package io.kvsinfer.cli;

import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what a command throws into one line for the operator, and into an exit code. */
final class ErrorLine implements IExecutionExceptionHandler {
  private final boolean debug;
  private final String endpoint;

  ErrorLine(Map<String, String> environment) {
    this.endpoint = environment.getOrDefault("AWS_ENDPOINT_URL_DYNAMODB", "the AWS endpoint");
    this.debug = !environment.getOrDefault("KVS_INFER_DEBUG", "").isEmpty();
  }

  /** Wrong use: what was wrong, what was perhaps meant, where help is. Exit code 2. */
  static int wrongUse(ParameterException e, String[] args) {
    CommandLine commandLine = e.getCommandLine();
    PrintWriter err = commandLine.getErr();
    print(err, commandLine, message(e));
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try '" + commandLine.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(
      Exception e, CommandLine commandLine, @Nullable ParseResult parsed) {
    PrintWriter err = commandLine.getErr();
    print(err, commandLine, isRefused(e) ? refused() : message(e));
    if (debug) {
      e.printStackTrace(err);
    }
    err.flush();
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static boolean isRefused(Exception e) {
    return e.getMessage() != null
        && e.getMessage().startsWith("Unable to execute HTTP request: Connection refused");
  }

  private String refused() {
    return "nothing listens at %s: has 'kvs-infer local' ended? Each run has ports of its own, so source its environment file anew"
        .formatted(endpoint);
  }

  private static String message(Exception e) {
    String message = e.getMessage();
    if (message == null || message.isBlank()) {
      return e.getClass().getSimpleName() + " (set KVS_INFER_DEBUG=1 to see where)";
    }
    // The SDK's own words for these list every place it looked in.
    if (message.startsWith("Unable to load region")) {
      return "no AWS region: set AWS_REGION, or choose a profile that has one by AWS_PROFILE";
    }
    if (message.startsWith("Unable to load credentials")) {
      return "no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and"
          + " AWS_SECRET_ACCESS_KEY";
    }
    return message.lines().findFirst().orElse(message);
  }

  private static void print(PrintWriter err, CommandLine commandLine, String message) {
    Ansi ansi = commandLine.getColorScheme().ansi();
    String line = "kvs-infer: " + Printable.of(message);
    // Not ansi.string(): its markup must not be read from a message.
    err.println(ansi.enabled() ? "\u001b[31m" + line + "\u001b[0m" : line);
  }
}
