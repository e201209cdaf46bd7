package io.kvsinfer.cli;

import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

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
    // getMessage() would add how often it was tried.
    String message = e instanceof SdkException failure ? failure.rawMessage() : e.getMessage();
    String of = ofService(e);
    if (of != null) {
      return of;
    }
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
    // The message of these is the file's name and no more.
    if (e instanceof NoSuchFileException) {
      return message + ": there is no such file, or no folder to write it into";
    }
    if (e instanceof AccessDeniedException) {
      return message + ": may not be read or written by this user";
    }
    if (e instanceof FileAlreadyExistsException) {
      return message + ": is there already";
    }
    return message.lines().findFirst().orElse(message);
  }

  /** What an AWS service said, without the SDK's tail of numbers but for the request's. */
  private static @Nullable String ofService(Exception e) {
    if (!(e instanceof AwsServiceException refusal) || refusal.awsErrorDetails() == null) {
      return null;
    }
    AwsErrorDetails details = refusal.awsErrorDetails();
    return "%s (%s %s, request %s)"
        .formatted(
            details.errorMessage(),
            details.serviceName(),
            details.errorCode(),
            refusal.requestId());
  }

  private static void print(PrintWriter err, CommandLine commandLine, String message) {
    Ansi ansi = commandLine.getColorScheme().ansi();
    String line = "kvs-infer: " + Printable.of(message);
    // Not ansi.string(): its markup must not be read from a message.
    err.println(ansi.enabled() ? "\u001b[31m" + line + "\u001b[0m" : line);
  }
}
