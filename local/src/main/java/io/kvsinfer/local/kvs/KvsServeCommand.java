package io.kvsinfer.local.kvs;

import io.kvsinfer.local.fault.Fault;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kvs serve}: serves streams fed from files until it is interrupted. */
@Command(
    name = "serve",
    description = "Serves streams fed from files, on loopback, until Ctrl-C.",
    mixinStandardHelpOptions = true)
final class KvsServeCommand implements Callable<Integer> {
  /**
   * A stream to serve.
   *
   * @param file what to feed it from; empty for one that a producer puts to
   */
  record Source(String name, Optional<Path> file, boolean loop) {}

  @SuppressWarnings("NullAway.Init") // set by picocli before call()
  @Spec
  CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "0",
      description = "Port on 127.0.0.1; 0 takes a free one (default).")
  int port;

  @Option(
      names = "--stream",
      paramLabel = "NAME[=FILE[,loop]]",
      description =
          "A stream and the video file that feeds it, in real time; without a file it is empty, for"
              + " a producer of your own. May be repeated.")
  List<String> streams = new ArrayList<>();

  @Option(
      names = "--retention",
      paramLabel = "HOURS",
      defaultValue = "24",
      description = "DataRetentionInHours of these streams (default ${DEFAULT-VALUE}).")
  int retentionHours;

  @Option(
      names = "--fault",
      paramLabel = "KIND[:NAME=VALUE,…]",
      description = {
        "A fault to show, as reset:api=GetMedia,at=30; may be repeated. Kinds: reset, stall, slow,"
            + " truncate, garbage, 400 to 599, limit, connections, expire, error, gap, duplicate,"
            + " reorder, skew, codec, silence. While it runs: POST lines of these to /faults."
      })
  List<String> faults = new ArrayList<>();

  @Option(
      names = "--region",
      paramLabel = "R",
      defaultValue = "us-east-1",
      description = "Region in the ARNs (default ${DEFAULT-VALUE}).")
  String region = "us-east-1";

  @Option(
      names = "--no-limits",
      description = "Does not refuse calls beyond the service's limits a second.")
  boolean noLimits;

  @Option(
      names = "--session-life-scale",
      paramLabel = "X",
      defaultValue = "1",
      description = "An HLS session lives X times its Expires, as 0.1 to see it end early.")
  double sessionLifeScale;

  @Option(
      names = "--connection-life",
      paramLabel = "SECONDS",
      defaultValue = "2700",
      description = "GetMedia and PutMedia connections end after it (default ${DEFAULT-VALUE}).")
  int connectionLifeSeconds;

  @Option(
      names = "--keep-in",
      paramLabel = "DIR",
      description =
          "Keeps the fragments' media in files in DIR while it runs, rather than in memory.")
  @Nullable Path folder;

  @Option(
      names = "--keep-megabytes",
      paramLabel = "MB",
      defaultValue = "256",
      description =
          "Media that a stream keeps at most; the oldest goes first (default ${DEFAULT-VALUE}).")
  int megabytes;

  @Override
  public Integer call() throws Exception {
    List<Source> sources = streams.stream().map(this::source).toList();
    List<Fault> asked = faults.stream().map(this::fault).toList();
    if (!(sessionLifeScale > 0) || connectionLifeSeconds < 1 || megabytes < 1) {
      throw wrong("--session-life-scale, --connection-life and --keep-megabytes must be above 0.");
    }
    KvsServer.Options options =
        KvsServer.Options.defaults()
            .withRegion(region)
            .withEnforceLimits(!noLimits)
            .withSessionLifeScale(sessionLifeScale)
            .withMediaConnectionLife(Duration.ofSeconds(connectionLifeSeconds))
            .withMaxStreamBytes((long) megabytes << 20);
    if (folder != null) {
      options = options.withFolder(emptyFolder(folder));
    }
    try (KvsServer server = KvsServer.start(port, options)) {
      asked.forEach(server.faults()::add);
      for (Source source : sources) {
        VideoStream stream = server.createStream(source.name(), retentionHours);
        ClipFeed.Options how = source.loop() ? ClipFeed.Options.looping() : ClipFeed.Options.once();
        source.file().ifPresent(file -> server.feed(stream, file, how));
      }
      print(server, sources);
      untilInterrupted(server);
    } catch (BindException e) {
      spec.commandLine()
          .getErr()
          .println("kvs-infer: port " + port + " of 127.0.0.1 is taken; --port 0 takes a free one");
      return 1;
    } catch (IllegalArgumentException e) {
      spec.commandLine().getErr().println("kvs-infer: " + e.getMessage());
      return 1;
    }
    return 0;
  }

  private Source source(String text) {
    int equals = text.indexOf('=');
    boolean loop = text.endsWith(",loop");
    String file =
        equals < 0 ? "" : text.substring(equals + 1, text.length() - (loop ? ",loop".length() : 0));
    if (equals == 0 || (equals > 0 && file.isEmpty())) {
      throw wrong("--stream " + text + ": must be NAME, NAME=FILE or NAME=FILE,loop.");
    }
    String name = equals < 0 ? text : text.substring(0, equals);
    if (!name.matches(Streams.NAME)) {
      throw wrong("--stream " + text + ": a stream's name must match " + Streams.NAME + ".");
    }
    if (equals < 0) {
      return new Source(name, Optional.empty(), false);
    }
    if (!Files.isReadable(Path.of(file))) {
      throw wrong("--stream " + text + ": there is no file " + file + " to read.");
    }
    return new Source(name, Optional.of(Path.of(file)), loop);
  }

  private Path emptyFolder(Path path) throws IOException {
    Files.createDirectories(path);
    try (Stream<Path> entries = Files.list(path)) {
      if (entries.findAny().isPresent()) {
        throw wrong("--keep-in " + path + ": the folder must be empty.");
      }
    }
    return path;
  }

  private Fault fault(String text) {
    try {
      return Fault.parse(text);
    } catch (IllegalArgumentException e) {
      throw wrong("--fault: " + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void print(KvsServer server, List<Source> sources) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("Kinesis Video Streams at " + server.endpoint());
    for (Source source : sources) {
      String what =
          source
              .file()
              .map(file -> "plays " + file + (source.loop() ? " again and again" : " once"))
              .orElse("is empty: put media to it");
      out.printf("  stream %s %s%n", source.name(), what);
    }
    out.println("Point any AWS client at it:");
    server.environment().forEach((key, value) -> out.println("  export " + key + "=" + value));
    // boto3 and version 1 of the AWS CLI know the second name only
    out.println("  export AWS_REGION=" + region + " AWS_DEFAULT_REGION=" + region);
    out.println("  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local");
    out.println("Faults while it runs: curl -d reset " + server.endpoint() + FaultDesk.PATH);
    out.println("Ctrl-C ends it.");
    out.flush();
  }

  /** Ctrl-C runs the shutdown hook; an interrupt of this thread ends the command likewise. */
  private static void untilInterrupted(KvsServer server) {
    Thread hook = Thread.ofPlatform().name("kvs-serve-end").unstarted(server::close);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
