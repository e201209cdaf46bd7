package io.kvsinfer.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The {@code kvs-infer} command. Exit codes: 0 done, 1 failed, 2 wrong use. A failure is one line
 * on standard error, red on a terminal; with {@code KVS_INFER_DEBUG} set its stack trace follows.
 *
 * <p>A subcommand is a {@code Callable<Integer>} (its exit code) in a class of its own. It prints
 * to {@code spec.commandLine().getOut()}, fails by throwing an exception whose message is fit for
 * the operator, and takes {@link #environment()} and {@link #clock()} from its {@code
 * ParentCommand}.
 */
@Command(
    name = "kvs-infer",
    description =
        "Watches Kinesis Video Streams with detectors and turns what it sees into incidents.",
    mixinStandardHelpOptions = true,
    versionProvider = KvsInfer.Version.class,
    subcommandsRepeatable = false,
    // One line for each subcommand; nothing else finds them.
    subcommands = {
      // keep in the order of the help
      RunCommand.class,
      ReadCommand.class,
      DetectCommand.class,
      ReplayCommand.class,
      ModelsCommand.class,
      CamerasCommand.class,
      EventsCommand.class,
      CommandLine.HelpCommand.class
    },
    footerHeading = "%nRun by the launcher from jars of their own:%n",
    footer = {
      "  local  the whole system on this machine, AWS included",
      "  kvs    'kvs serve': the local Kinesis Video Streams alone, on loopback",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong use."
    })
public final class KvsInfer implements Runnable {
  private final Map<String, String> environment;
  private final InstantSource clock;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private CommandSpec spec;

  /**
   * The command's root.
   *
   * @param environment variables as of the process
   * @param clock for ages shown to the operator
   */
  public KvsInfer(Map<String, String> environment, InstantSource clock) {
    this.environment = Map.copyOf(environment);
    this.clock = clock;
  }

  /** Runs one command line and ends the process with its exit code. */
  public static void main(String[] args) {
    logToStandardError(args);
    CommandLine commandLine = commandLine(System.getenv(), Clock.systemUTC());
    Charset console = System.out.charset();
    commandLine.setOut(new PrintWriter(System.out, true, console));
    commandLine.setErr(new PrintWriter(System.err, true, System.err.charset()));
    System.exit(commandLine.execute(args));
  }

  /** All but {@code run}, which is a worker and logs as one: on standard output, in JSON. */
  private static void logToStandardError(String[] args) {
    boolean worker = args.length > 0 && args[0].equals("run");
    if (!worker && System.getProperty("log4j2.configurationFile") == null) {
      System.setProperty("log4j2.configurationFile", "classpath:io/kvsinfer/cli/log4j2.xml");
    }
  }

  /** The configured command line; tests give it writers of their own. */
  public static CommandLine commandLine(Map<String, String> environment, InstantSource clock) {
    CommandLine commandLine = new CommandLine(new KvsInfer(environment, clock));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setParameterExceptionHandler(ErrorLine::wrongUse);
    commandLine.setExecutionExceptionHandler(new ErrorLine(environment));
    return commandLine;
  }

  /** Variables of the process. */
  public Map<String, String> environment() {
    return environment;
  }

  /** The time, for ages shown to the operator. */
  public InstantSource clock() {
    return clock;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing required subcommand");
  }

  /** Reads the version that the build wrote beside this class. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws Exception {
      Properties built = new Properties();
      try (var in =
          Objects.requireNonNull(KvsInfer.class.getResourceAsStream("version.properties"))) {
        built.load(in);
      }
      return new String[] {"kvs-infer " + built.getProperty("version")};
    }
  }
}
