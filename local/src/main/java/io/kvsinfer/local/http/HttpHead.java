package io.kvsinfer.local.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Request line and header fields (RFC 9112 §3, §5).
 *
 * @param target path and query
 * @param fields names in lower case; those that came twice are joined by commas
 */
record HttpHead(String method, String target, boolean http11, Map<String, String> fields) {
  private static final int LARGEST = 64 << 10;

  /** Reads one; empty when the connection ended before its first byte. */
  static Optional<HttpHead> read(InputStream in) throws IOException {
    String requestLine = "";
    int budget = LARGEST;
    // Empty lines before a request are to be passed over.
    while (requestLine.isEmpty()) {
      Optional<String> line = line(in, budget);
      if (line.isEmpty()) {
        return Optional.empty();
      }
      requestLine = line.get();
      budget -= requestLine.length() + 2;
    }
    String[] parts = requestLine.split(" ", -1);
    String target = parts.length == 3 ? origin(parts[1]) : "";
    if (!target.startsWith("/") || !parts[2].matches("HTTP/1\\.[01]")) {
      throw new MalformedRequest(400, "The request line is not METHOD /path HTTP/1.1.");
    }
    Map<String, String> fields = new TreeMap<>();
    while (true) {
      String line =
          line(in, budget).orElseThrow(() -> new MalformedRequest(400, "The header is cut off."));
      if (line.isEmpty()) {
        return Optional.of(
            new HttpHead(parts[0], target, parts[2].endsWith("1"), Map.copyOf(fields)));
      }
      budget -= line.length() + 2;
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new MalformedRequest(400, "A header field is not of the form name: value.");
      }
      fields.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + "," + b);
    }
  }

  /** A target in absolute form (RFC 9112 §3.2.2) without the server it names. */
  private static String origin(String target) {
    if (!target.startsWith("http://")) {
      return target;
    }
    int path = target.indexOf('/', "http://".length());
    return path < 0 ? "/" : target.substring(path);
  }

  /** A line without its end; empty at the end of the input. */
  static Optional<String> line(InputStream in, int most) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    while (true) {
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      if (next == '\n') {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
      }
      if (line.size() >= most) {
        throw new MalformedRequest(431, "The header has more than " + LARGEST + " bytes.");
      }
      line.write(next);
    }
  }

  boolean field(String name, String value) {
    String given = fields.getOrDefault(name, "").toLowerCase(Locale.ROOT);
    for (String part : given.split(",", -1)) {
      if (part.strip().equals(value)) {
        return true;
      }
    }
    return false;
  }
}
