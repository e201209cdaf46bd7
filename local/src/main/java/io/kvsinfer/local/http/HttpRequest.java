package io.kvsinfer.local.http;

import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request as it came in. */
public final class HttpRequest {
  private final HttpHead head;
  private final RequestBody body;

  HttpRequest(HttpHead head, RequestBody body) {
    this.head = head;
    this.body = body;
  }

  public String method() {
    return head.method();
  }

  /** The path as it was sent, without the query, which may carry tokens. */
  public String path() {
    int query = head.target().indexOf('?');
    return query < 0 ? head.target() : head.target().substring(0, query);
  }

  /** Members of the query, decoded. What is not of the form name=value is left out. */
  public Map<String, String> query() {
    int query = head.target().indexOf('?');
    return query < 0 ? Map.of() : query(head.target().substring(query + 1));
  }

  /** Likewise of a query that stands alone. */
  public static Map<String, String> query(String text) {
    Map<String, String> members = new HashMap<>();
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        members.put(pair.substring(0, equals), decoded(pair.substring(equals + 1)));
      }
    }
    return members;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** A header field, whatever the case of its name. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(head.fields().get(name.toLowerCase(Locale.ROOT)));
  }

  /** The body; it may still be coming in while the answer goes out. */
  public InputStream body() {
    return body;
  }
}
