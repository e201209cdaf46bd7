package io.kvsinfer.local.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A request's body, of known length or in chunks (RFC 9112 §6, §7.1). A client that expects to be
 * told to go on is told so before the first byte is read.
 */
final class RequestBody extends InputStream {
  private static final int LONGEST_CHUNK_LINE = 4096;

  private final InputStream in;
  private final OutputStream out;
  private final boolean chunked;
  private boolean expected;
  private long left;
  private boolean begun;
  private boolean ended;

  private RequestBody(
      InputStream in, OutputStream out, boolean chunked, long left, boolean expected) {
    this.in = in;
    this.out = out;
    this.chunked = chunked;
    this.left = left;
    this.expected = expected;
    this.ended = !chunked && left == 0;
  }

  static RequestBody of(HttpHead head, InputStream in, OutputStream out) throws IOException {
    boolean expected = head.http11() && head.field("expect", "100-continue");
    String coding = head.fields().get("transfer-encoding");
    if (coding != null) {
      if (!head.field("transfer-encoding", "chunked")) {
        throw new MalformedRequest(501, "Transfer-Encoding must be chunked.");
      }
      return new RequestBody(in, out, true, 0, expected);
    }
    String length = head.fields().getOrDefault("content-length", "0");
    if (!length.matches("\\d{1,18}")) {
      throw new MalformedRequest(400, "Content-Length is no number.");
    }
    return new RequestBody(in, out, false, Long.parseLong(length), expected);
  }

  /** Whether all of it was read. */
  boolean ended() {
    return ended;
  }

  /** Tells a client that waits for it to send the body. */
  void proceed() throws IOException {
    if (expected) {
      expected = false;
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    proceed();
    if (chunked && left == 0 && !ended) {
      nextChunk();
    }
    if (ended) {
      return -1;
    }
    int read = in.read(buffer, offset, (int) Math.min(length, left));
    if (read < 0) {
      throw new IOException("the client ended in the middle of its request");
    }
    left -= read;
    ended = !chunked && left == 0;
    return read;
  }

  @Override
  public int available() throws IOException {
    return ended ? 0 : (int) Math.min(left, in.available());
  }

  private void nextChunk() throws IOException {
    if (begun) {
      chunkLine();
    }
    begun = true;
    String line = chunkLine();
    int extension = line.indexOf(';');
    String size = (extension < 0 ? line : line.substring(0, extension)).strip();
    if (!size.matches("[0-9a-fA-F]{1,15}")) {
      throw new MalformedRequest(400, "A chunk does not begin with its size.");
    }
    left = Long.parseLong(size, 16);
    if (left == 0) {
      while (!chunkLine().isEmpty()) {
        // Trailer fields are of no use here.
      }
      ended = true;
    }
  }

  private String chunkLine() throws IOException {
    return HttpHead.line(in, LONGEST_CHUNK_LINE)
        .orElseThrow(() -> new IOException("the client ended in the middle of its request"));
  }
}
