package io.kvsinfer.functions;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A server that takes every connection and never answers, as a service behind a broken balancer
 * does; or one whose answer trickles and never ends.
 */
final class SilentService implements AutoCloseable {
  private static final byte[] HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 100000\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);
  private static final int DRIP_MS = 20;

  private final ServerSocket server;
  private final boolean trickles;
  private final Set<Socket> taken = ConcurrentHashMap.newKeySet();

  private SilentService(boolean trickles) throws IOException {
    this.trickles = trickles;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::take);
  }

  static SilentService silent() throws IOException {
    return new SilentService(false);
  }

  static SilentService trickling() throws IOException {
    return new SilentService(true);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** How many connections there were. */
  int connections() {
    return taken.size();
  }

  private void take() {
    try {
      while (true) {
        Socket socket = server.accept();
        taken.add(socket);
        if (trickles) {
          Thread.ofVirtual().start(() -> trickle(socket));
        }
      }
    } catch (IOException e) {
      // Closed: nobody is served any more, which makes no difference to anybody.
    }
  }

  /** Sends a byte now and then, so that no read ever waits long. */
  private static void trickle(Socket socket) {
    try (socket) {
      OutputStream out = socket.getOutputStream();
      out.write(HEAD);
      while (true) {
        out.write(' ');
        out.flush();
        Thread.sleep(DRIP_MS);
      }
    } catch (IOException e) {
      // The client gave it up, as it should.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : taken) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a socket does not close", e);
    }
  }
}
