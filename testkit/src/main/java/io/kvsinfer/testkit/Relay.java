package io.kvsinfer.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and a real service on a port of its own, and can go away and come back on
 * that port, as a service in an outage does.
 */
public final class Relay implements AutoCloseable {
  private static final int DRAIN_MS = 1000;
  private static final int EMPTY_LINE = 0x0d0a0d0a;

  private final URI target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile ServerSocket server;
  private volatile byte @Nullable [] refusal;
  private volatile boolean hanging;

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

  /**
   * From now on answers every call itself, as a service does that is asked too often. Connections
   * that are open end.
   *
   * @param status as {@code 503 Slow Down}
   * @param code of the error, as AWS names it in a header
   * @param body of the answer, XML or JSON
   */
  public void refuse(String status, String code, String body) throws IOException {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + status
            + "\r\nx-amzn-ErrorType: "
            + code
            + "\r\nContent-Type: "
            + (body.startsWith("<") ? "application/xml" : "application/x-amz-json-1.1")
            + "\r\nContent-Length: "
            + content.length
            + "\r\nConnection: close\r\n\r\n";
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.write(head.getBytes(StandardCharsets.US_ASCII));
    answer.write(content);
    refusal = answer.toByteArray();
    endOpen();
  }

  /**
   * From now on takes connections and never answers on them, as a service does behind a balancer
   * that has lost it. Connections that are open end.
   */
  public void hang() throws IOException {
    hanging = true;
    endOpen();
  }

  /** Lets every call through again. */
  public void takeAll() throws IOException {
    refusal = null;
    hanging = false;
    endOpen();
  }

  /** Refuses connections and ends those that are open. */
  public void cut() throws IOException {
    server.close();
    endOpen();
  }

  private void endOpen() throws IOException {
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
        sockets.add(client);
        if (listening.isClosed()) {
          // Taken at the very moment of the cut, which may not have seen it.
          client.close();
          return;
        }
        Thread.ofVirtual().start(() -> serve(client, listening));
      } catch (IOException e) {
        if (!listening.isClosed()) {
          throw new IllegalStateException("the relay broke", e);
        }
      }
    }
  }

  private void serve(Socket client, ServerSocket listening) {
    byte[] answer = refusal;
    if (hanging) {
      // Its socket stays as it is until the service is there again.
      return;
    }
    try {
      if (answer != null) {
        refuse(client, answer);
        return;
      }
      Socket service = new Socket(target.getHost(), target.getPort());
      sockets.add(service);
      if (listening.isClosed()) {
        service.close();
        client.close();
        return;
      }
      Thread.ofVirtual().start(() -> pump(client, service));
      pump(service, client);
      sockets.remove(service);
    } catch (IOException e) {
      // The service does not take it: the client finds its connection ended.
      close(client);
    } finally {
      sockets.remove(client);
    }
  }

  /** Answers one call once its head is there; what follows is read so that nothing is reset. */
  private static void refuse(Socket client, byte[] answer) throws IOException {
    try (client) {
      InputStream in = client.getInputStream();
      int last = 0;
      // The last four bytes are compared with an empty line.
      for (int b = in.read(); b >= 0; b = in.read()) {
        last = last << 8 | b;
        if (last == EMPTY_LINE) {
          break;
        }
      }
      client.getOutputStream().write(answer);
      client.shutdownOutput();
      client.setSoTimeout(DRAIN_MS);
      in.transferTo(OutputStream.nullOutputStream());
    } catch (SocketTimeoutException e) {
      // The client waits for no more than the answer.
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("a socket does not close", e);
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
