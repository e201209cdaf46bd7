package io.kvsinfer.local.http;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The answer to one request: header fields first, then one body, whole or as it comes. */
public final class HttpAnswer {
  private static final int BUFFER = 64 << 10;
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final HttpHead head;
  private final RequestBody body;
  private final OutputStream out;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private UnaryOperator<OutputStream> tampering = UnaryOperator.identity();
  private @Nullable OutputStream stream;
  private boolean begun;
  private boolean keepAlive;
  private boolean chunked;

  HttpAnswer(HttpHead head, RequestBody body, OutputStream out) {
    this.head = head;
    this.body = body;
    this.out = out;
    this.keepAlive = head.http11() && !head.field("connection", "close");
  }

  public void header(String name, String value) {
    if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a header field of several lines: " + name);
    }
    fields.put(name, value);
  }

  /** Puts the body's bytes through a stream that may spoil them or throw {@link BrokenAnswer}. */
  public void tamper(UnaryOperator<OutputStream> how) {
    tampering = how;
  }

  /** Answers with all of a body. */
  public void whole(int status, String contentType, byte[] content) throws IOException {
    header("Content-Type", contentType);
    if (status != 204) {
      header("Content-Length", Integer.toString(content.length));
    }
    begin(status);
    if (!head.method().equals("HEAD")) {
      OutputStream through = tampering.apply(out);
      through.write(content);
      through.flush();
    }
    out.flush();
  }

  /** Answers with status 200 and a body of unknown length, sent on with each flush. */
  public OutputStream stream(String contentType) throws IOException {
    header("Content-Type", contentType);
    chunked = head.http11();
    if (chunked) {
      header("Transfer-Encoding", "chunked");
    } else {
      keepAlive = false;
    }
    begin(200);
    OutputStream framed = chunked ? new Chunks(out) : out;
    stream = new BufferedOutputStream(tampering.apply(framed), BUFFER);
    return stream;
  }

  private void begin(int status) throws IOException {
    if (begun) {
      throw new IllegalStateException("a request is answered once");
    }
    begun = true;
    if (status == 200) {
      body.proceed();
    }
    if (!body.ended()) {
      // What is left of the request is read and forgotten: no request of this client follows.
      keepAlive = false;
    }
    if (!keepAlive) {
      header("Connection", "close");
    }
    StringBuilder text = new StringBuilder("HTTP/1.1 ").append(status);
    text.append(' ').append(reason(status)).append("\r\n");
    fields.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    out.write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** Whether its status is on its way, so that it cannot become another answer. */
  public boolean begun() {
    return begun;
  }

  /** Sends what is left; returns whether another request may follow. */
  boolean complete() throws IOException {
    if (!begun) {
      throw new IllegalStateException("a request was left without an answer");
    }
    if (stream != null) {
      stream.flush();
    }
    return end();
  }

  /** Ends the body where it is, for a client to take it as all. */
  boolean end() throws IOException {
    if (chunked) {
      out.write(LAST_CHUNK);
    }
    out.flush();
    return keepAlive && body.ended();
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 204 -> "No Content";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 413 -> "Content Too Large";
      case 429 -> "Too Many Requests";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      default -> "Status";
    };
  }

  /** Each write is a chunk. */
  private static final class Chunks extends FilterOutputStream {
    Chunks(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0) {
        out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes, offset, length);
        out.write('\r');
        out.write('\n');
      }
    }
  }
}
