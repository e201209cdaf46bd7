package io.kvsinfer.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands before an AWS service of the JSON protocols and counts its calls by operation. What goes
 * through is not changed.
 */
final class CountingRelay implements AutoCloseable {
  private static final String TARGET = "x-amz-target:";
  private static final int LONGEST_LINE = 200;
  private static final int CHUNK = 16 << 10;

  private final URI service;
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> calls = new TreeMap<>();

  CountingRelay(URI service) throws IOException {
    this.service = service;
    this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Calls by operation since they were last asked for. */
  synchronized Map<String, Integer> take() {
    Map<String, Integer> taken = new TreeMap<>(calls);
    calls.clear();
    return taken;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Socket behind = new Socket(service.getHost(), service.getPort());
        sockets.add(client);
        sockets.add(behind);
        Thread.ofVirtual().start(() -> pump(client, behind, true));
        Thread.ofVirtual().start(() -> pump(behind, client, false));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void pump(Socket from, Socket to, boolean counted) {
    StringBuilder line = new StringBuilder();
    byte[] chunk = new byte[CHUNK];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        for (int i = 0; counted && i < read; i++) {
          look(line, (char) chunk[i]);
        }
        out.write(chunk, 0, read);
      }
    } catch (IOException e) {
      // One side went away: both do.
    } finally {
      sockets.remove(from);
    }
  }

  /** A header line that names the operation; bodies are JSON of one line and name none. */
  private void look(StringBuilder line, char next) {
    if (next != '\n') {
      if (line.length() < LONGEST_LINE) {
        line.append(next);
      }
      return;
    }
    if (line.toString().regionMatches(true, 0, TARGET, 0, TARGET.length())) {
      String operation = line.substring(line.lastIndexOf(".") + 1).strip();
      synchronized (this) {
        calls.merge(operation, 1, Integer::sum);
      }
    }
    line.setLength(0);
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
