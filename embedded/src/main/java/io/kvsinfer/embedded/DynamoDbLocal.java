package io.kvsinfer.embedded;

import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.jspecify.annotations.Nullable;

/**
 * DynamoDB Local in this process: tables, conditions, transactions, TTL and streams, without its
 * telemetry, on a free port of the loopback interface. One database serves all credentials and
 * regions. Thread-safe.
 */
public final class DynamoDbLocal implements AutoCloseable {
  private final Server server;
  private final LocalDynamoDBServerHandler handler;
  private final AtomicBoolean closed = new AtomicBoolean();

  private DynamoDbLocal(Server server, LocalDynamoDBServerHandler handler) {
    this.server = server;
    this.handler = handler;
  }

  /** Starts one whose tables live in memory and go with it. */
  public static DynamoDbLocal start() {
    return start(null, true);
  }

  /**
   * Starts one whose tables live in a file of that folder, which is created where it is absent.
   *
   * @throws EmbeddedServiceException when the folder cannot be written or the server not start
   */
  public static DynamoDbLocal start(Path dbPath) {
    Path folder = dbPath.toAbsolutePath();
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new EmbeddedServiceException("cannot create the folder for tables: " + folder, e);
    }
    return start(folder.toString(), false);
  }

  private static DynamoDbLocal start(@Nullable String dbPath, boolean inMemory) {
    SqliteLibrary.locate();
    Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    try {
      LocalDynamoDBServerHandler handler =
          new LocalDynamoDBServerHandler(
              new LocalDynamoDBRequestHandler(0, inMemory, dbPath, true, false), null);
      server.setHandler(new ContextHandler(handler));
      server.start();
      return new DynamoDbLocal(server, handler);
    } catch (Exception e) {
      throw new EmbeddedServiceException("DynamoDB Local does not start: " + e.getMessage(), e);
    }
  }

  /** Where clients find it: value of {@code AWS_ENDPOINT_URL_DYNAMODB} (and its streams). */
  public URI endpoint() {
    int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      server.stop();
    } catch (Exception e) {
      throw new EmbeddedServiceException("DynamoDB Local does not stop: " + e.getMessage(), e);
    } finally {
      handler.close();
    }
  }
}
