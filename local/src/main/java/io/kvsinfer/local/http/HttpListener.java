package io.kvsinfer.local.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server of HTTP/1.1 on 127.0.0.1, where nothing outside this machine reaches it. Each connection
 * has a virtual thread of its own. Closing it ends all of them.
 */
public final class HttpListener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpListener.class);
  private static final int WAITING = 128;
  private static final long PAUSE_NANOS = 100_000_000;

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
  private volatile boolean closed;

  private HttpListener(ServerSocket server) {
    this.server = server;
  }

  /**
   * Takes a port, without answering yet.
   *
   * @param port 0 takes a free one
   * @throws java.net.BindException when the port is taken
   */
  public static HttpListener bind(int port) throws IOException {
    ServerSocket server = new ServerSocket();
    try {
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), WAITING);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    return new HttpListener(server);
  }

  /** Where it is reached. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Begins to answer. */
  public void start(HttpHandler handler) {
    Thread.ofPlatform()
        .daemon()
        .name("http-accept-" + server.getLocalPort())
        .start(() -> accept(handler));
  }

  private void accept(HttpHandler handler) {
    while (!closed) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        threads.execute(() -> serve(socket, handler));
      } catch (IOException | RuntimeException e) {
        if (!closed) {
          log.warn("a connection could not be taken: {}", e.toString());
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    }
  }

  private void serve(Socket socket, HttpHandler handler) {
    try {
      new HttpConnection(socket, handler).serve();
    } catch (IOException e) {
      log.debug("a client went away: {}", e.toString());
    } finally {
      open.remove(socket);
    }
  }

  @Override
  public void close() {
    closed = true;
    quietly(server);
    open.forEach(HttpListener::quietly);
    threads.shutdownNow();
  }

  private static void quietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      log.debug("on closing: {}", e.toString());
    }
  }
}
