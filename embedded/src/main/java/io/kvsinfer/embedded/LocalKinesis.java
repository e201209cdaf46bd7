package io.kvsinfer.embedded;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Kinesis Data Streams in a Node.js process beside this one, on a free port of the loopback
 * interface, plain HTTP. Streams live in its memory and go with it. Thread-safe.
 */
public final class LocalKinesis implements AutoCloseable {
  private static final Duration START_DEADLINE = Duration.ofSeconds(60);

  private final ChildProcess process;
  private final URI endpoint;

  private LocalKinesis(ChildProcess process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /**
   * Starts one.
   *
   * @param logFile where its output goes
   * @throws EmbeddedServiceException when it is not installed or does not start
   */
  public static LocalKinesis start(Path logFile) {
    Path folder = RepositoryFolder.require("embedded/kinesis/node_modules/kinesis-local");
    try {
      Path temporary = Files.createTempDirectory("kvs-infer-kinesis");
      Path port = temporary.resolve("port");
      try {
        return start(folder, port, logFile);
      } finally {
        Files.deleteIfExists(port);
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new EmbeddedServiceException("cannot read the port of kinesis-local", e);
    }
  }

  private static LocalKinesis start(Path folder, Path port, Path logFile) throws IOException {
    Path hook = folder.resolve("../../loopback.js").normalize();
    ChildProcess process =
        ChildProcess.start(
            "kinesis",
            List.of("node", "--require", hook.toString(), folder.resolve("main.js").toString()),
            Map.of(
                "KVS_INFER_PORT_FILE", port.toString(),
                "KINESIS_MOCK_PLAIN_PORT", "1",
                "KINESIS_MOCK_TLS_PORT", "2",
                "KINESIS_MOCK_CERT_PATH", folder.resolve("server.json").toString(),
                "CREATE_STREAM_DURATION", "100ms",
                "DELETE_STREAM_DURATION", "100ms",
                "LOG_LEVEL", "WARN"),
            logFile);
    long end = System.nanoTime() + START_DEADLINE.toNanos();
    while (!Files.exists(port)) {
      if (!process.isAlive() || System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
        process.kill();
        throw new EmbeddedServiceException(
            "kinesis-local does not start; it needs Node.js 20 or newer as node on the path; see "
                + logFile);
      }
      LockSupport.parkNanos(10_000_000);
    }
    return new LocalKinesis(process, URI.create("http://127.0.0.1:" + Files.readString(port)));
  }

  /** Where clients find it: value of {@code AWS_ENDPOINT_URL_KINESIS}. */
  public URI endpoint() {
    return endpoint;
  }

  @Override
  public void close() {
    process.close();
  }
}
