package io.kvsinfer.local.kvs;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
   * @param file what to feed it from
   */
  record Source(String name, Path file, boolean loop) {}

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
      paramLabel = "NAME=FILE[,loop]",
      description = "A stream and the video file that feeds it, in real time; may be repeated.")
  List<String> streams = new ArrayList<>();

  @Option(
      names = "--retention",
      paramLabel = "HOURS",
      defaultValue = "24",
      description = "DataRetentionInHours of these streams (default ${DEFAULT-VALUE}).")
  int retentionHours;

  @Override
  public Integer call() throws Exception {
    List<Source> sources = streams.stream().map(this::source).toList();
    try (KvsServer server = KvsServer.start(port)) {
      for (Source source : sources) {
        VideoStream stream = server.createStream(source.name(), retentionHours);
        server.feed(
            stream,
            source.file(),
            source.loop() ? ClipFeed.Options.looping() : ClipFeed.Options.once());
      }
      print(server, sources);
      untilInterrupted(server);
    }
    return 0;
  }

  private Source source(String text) {
    int equals = text.indexOf('=');
    boolean loop = text.endsWith(",loop");
    String file = text.substring(equals + 1, text.length() - (loop ? ",loop".length() : 0));
    if (equals < 1 || file.isEmpty()) {
      throw wrong("--stream " + text + ": must be NAME=FILE or NAME=FILE,loop.");
    }
    String name = text.substring(0, equals);
    if (!name.matches(Streams.NAME)) {
      throw wrong("--stream " + text + ": a stream's name must match " + Streams.NAME + ".");
    }
    if (!Files.isReadable(Path.of(file))) {
      throw wrong("--stream " + text + ": there is no file " + file + " to read.");
    }
    return new Source(name, Path.of(file), loop);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void print(KvsServer server, List<Source> sources) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("Kinesis Video Streams at " + server.endpoint());
    for (Source source : sources) {
      out.printf(
          "  stream %s plays %s%s%n",
          source.name(), source.file(), source.loop() ? " again and again" : " once");
    }
    out.println("Point any AWS client at it:");
    server.environment().forEach((key, value) -> out.println("  export " + key + "=" + value));
    out.println(
        "  export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local");
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
