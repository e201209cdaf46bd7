package io.kvsinfer.local.http;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: request after request, each answered before the next is read. */
final class HttpConnection {
  private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);
  private static final int BUFFER = 64 << 10;
  private static final int IDLE_MS = (int) Duration.ofMinutes(5).toMillis();
  private static final long MOST_DRAINED = 256L << 20;
  private static final Duration LONGEST_DRAINED = Duration.ofSeconds(10);

  private final Socket socket;
  private final HttpHandler handler;
  private final InputStream in;
  private final OutputStream out;

  HttpConnection(Socket socket, HttpHandler handler) throws IOException {
    this.socket = socket;
    this.handler = handler;
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), BUFFER);
    out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
  }

  void serve() {
    try (socket) {
      try {
        answerAll();
      } catch (MalformedRequest e) {
        refuse(e);
      }
      drain();
    } catch (IOException e) {
      log.debug("a client went away: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answerAll() throws IOException, InterruptedException {
    boolean more = true;
    while (more) {
      socket.setSoTimeout(IDLE_MS);
      Optional<HttpHead> head = HttpHead.read(in);
      if (head.isEmpty()) {
        return;
      }
      // While a request is under way only its own server knows how long it may take.
      socket.setSoTimeout(0);
      more = answer(head.get());
    }
  }

  /** Returns whether another request may follow. */
  private boolean answer(HttpHead head) throws IOException, InterruptedException {
    RequestBody body = RequestBody.of(head, in, out);
    HttpAnswer answer = new HttpAnswer(head, body, out);
    try {
      handler.handle(new HttpRequest(head, body), answer);
      return answer.complete();
    } catch (MalformedRequest e) {
      if (!answer.begun()) {
        throw e;
      }
      log.debug("a client sent what is no HTTP while it was answered: {}", e.getMessage());
      return false;
    } catch (BrokenAnswer e) {
      switch (e.end()) {
        case COMPLETED -> {
          return answer.end();
        }
        case CLOSED -> out.flush();
        case RESET -> {
          out.flush();
          socket.setSoLinger(true, 0);
          socket.close();
        }
      }
      return false;
    }
  }

  /**
   * Ends the answer for good, then reads what the client still sends. A connection that is closed
   * with unread bytes is reset, and the client, still sending, might never see its answer.
   */
  private void drain() throws IOException {
    if (socket.isClosed()) {
      return;
    }
    socket.shutdownOutput();
    long end = System.nanoTime() + LONGEST_DRAINED.toNanos();
    byte[] buffer = new byte[BUFFER];
    long drained = 0;
    try {
      int read = 0;
      while (read >= 0 && drained < MOST_DRAINED) {
        long leftMs = (end - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
          return;
        }
        socket.setSoTimeout((int) leftMs);
        read = in.read(buffer);
        drained += Math.max(0, read);
      }
    } catch (SocketTimeoutException e) {
      log.debug("a client neither sent more nor closed in {}", LONGEST_DRAINED);
    }
  }

  private void refuse(MalformedRequest e) throws IOException {
    byte[] message = (e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 %d Refused\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"
            .formatted(e.status(), message.length);
    out.write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(message);
    out.flush();
  }
}
