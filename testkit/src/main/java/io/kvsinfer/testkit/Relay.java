package io.kvsinfer.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between a client and a real service on a port of its own, and can go away and come back on
 * that port, as a service in an outage does.
 */
public final class Relay implements AutoCloseable {
  private final URI target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket server;

  /** Starts one for a service that is there. */
  public Relay(URI target) throws IOException {
    this.target = target;
    this.server = listen(0);
    this.port = server.getLocalPort();
  }

  /** Where clients find it. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Refuses connections and ends those that are open. */
  public void cut() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  /** Takes connections again. */
  public void restore() throws IOException {
    server = listen(port);
  }

  @Override
  public void close() throws IOException {
    cut();
  }

  private ServerSocket listen(int wanted) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted));
    Thread.ofVirtual().start(() -> accept(socket));
    return socket;
  }

  private void accept(ServerSocket listening) {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Socket service = new Socket(target.getHost(), target.getPort());
        sockets.add(client);
        sockets.add(service);
        if (listening.isClosed()) {
          // Taken at the very moment of the cut, which may not have seen it.
          client.close();
          service.close();
          return;
        }
        Thread.ofVirtual().start(() -> pump(client, service));
        Thread.ofVirtual().start(() -> pump(service, client));
      } catch (IOException e) {
        if (!listening.isClosed()) {
          throw new IllegalStateException("the relay broke", e);
        }
      }
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      // One side went away: both do.
    }
  }
}
