package io.kvsinfer.local;

import io.kvsinfer.local.kvs.KvsCommand;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code kvs-infer local} and {@code kvs-infer kvs}: what runs on one machine only. */
@Command(
    name = "kvs-infer",
    description = "The whole system, or the local Kinesis Video Streams, on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = {LocalCommand.class, KvsCommand.class})
public final class LocalMain {
  private static final int WRONG_USE = 2;

  /** Exit code of what did not work. */
  static final int FAILED = 1;

  /** Held, since the logging of the JDK forgets levels of loggers nobody holds. */
  private static final Logger JDK_LOGGING_OF_DYNAMO = Logger.getLogger("com.amazonaws");

  private LocalMain() {}

  public static void main(String[] arguments) {
    System.setProperty("java.awt.headless", "true");
    // DynamoDB Local warns at every start that an old XML library is not there.
    JDK_LOGGING_OF_DYNAMO.setLevel(Level.SEVERE);
    System.exit(commandLine().execute(arguments));
  }

  /** The command line; exit codes are 0 done, 1 failed, 2 wrong use. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new LocalMain());
    line.setExecutionExceptionHandler((e, command, parsed) -> {
      command.getErr().println(errorLine(e));
      return e instanceof IllegalArgumentException ? WRONG_USE : FAILED;
    });
    line.setParameterExceptionHandler((e, arguments) -> {
      CommandLine command = e.getCommandLine();
      command.getErr().println(errorLine(e));
      command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
      return WRONG_USE;
    });
    return line;
  }

  /** One line; control characters, which may come from a camera's name, cannot steer a terminal. */
  static String errorLine(Exception e) {
    Throwable told = e;
    // A wrapper says no more than the class and message of what it wraps.
    for (Throwable cause = e.getCause();
        cause != null && cause.toString().equals(told.getMessage());
        cause = cause.getCause()) {
      told = cause;
    }
    String message = Objects.requireNonNullElse(told.getMessage(), told.toString());
    return "kvs-infer: " + message.replaceAll("\\p{Cntrl}", "?");
  }
}
