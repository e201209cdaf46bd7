package io.kvsinfer.worker.source.hls;

import io.kvsinfer.worker.source.hls.HlsFailure.Kind;
import io.kvsinfer.worker.source.kvs.Redacted;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Gets playlists and segments: bodies bounded, each exchange under one time limit, redirects
 * followed on the same host only, no URL in a message but redacted. {@link #get} is called by one
 * thread, {@link #abort} by any.
 */
final class HlsHttp {
  private static final int REDIRECTS = 3;

  private final HttpClient client;
  private final Duration timeout;
  private volatile boolean aborted;
  private volatile @Nullable CompletableFuture<?> inFlight;

  /**
   * @param client must not follow redirects by itself: a session's token stays with its own host
   * @param timeout of one exchange, headers and body together
   */
  HlsHttp(HttpClient client, Duration timeout) {
    if (client.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException("the HTTP client must not follow redirects");
    }
    this.client = client;
    this.timeout = timeout;
  }

  /**
   * The body of a 200 answer, unpacked if it came gzipped.
   *
   * @param limit most bytes, before and after unpacking
   * @param what is asked for, for messages: "media playlist", "init segment", …
   */
  byte[] get(URI uri, int limit, String what) throws HlsFailure, InterruptedException {
    HttpResponse<byte[]> response = exchange(uri, limit, what);
    for (int hops = 0; redirected(response) && hops < REDIRECTS; hops++) {
      response = exchange(target(response, uri, what), limit, what);
    }
    int status = response.statusCode();
    if (status != 200) {
      Kind kind =
          switch (status) {
            case 401, 403 -> Kind.EXPIRED;
            case 404, 410 -> Kind.GONE;
            case 429 -> Kind.THROTTLED;
            default -> Kind.PASSING;
          };
      throw new HlsFailure(
          kind, "%s answered %d (%s)".formatted(what, status, Redacted.uri(uri)), null);
    }
    byte[] body = response.body();
    return response.headers().firstValue("Content-Encoding").orElse("").equalsIgnoreCase("gzip")
        ? unpack(body, limit, uri, what)
        : body;
  }

  private static boolean redirected(HttpResponse<?> response) {
    return switch (response.statusCode()) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  /** Where a redirect leads, on the same host. */
  private static URI target(HttpResponse<?> response, URI asked, String what) throws HlsFailure {
    String location = response.headers().firstValue("Location").orElse("");
    try {
      URI target = response.uri().resolve(location);
      if (!location.isEmpty() && Playlists.sameOrigin(asked, target)) {
        return target;
      }
    } catch (IllegalArgumentException e) {
      throw failure(asked, what, "redirected to what is no URL");
    }
    throw failure(asked, what, "redirected to another host; only the session's own host is read");
  }

  /** Ends the exchange under way and every later one. */
  void abort() {
    aborted = true;
    CompletableFuture<?> current = inFlight;
    if (current != null) {
      current.cancel(true);
    }
  }

  private HttpResponse<byte[]> exchange(URI uri, int limit, String what)
      throws HlsFailure, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .version(HttpClient.Version.HTTP_1_1)
            .header("Accept-Encoding", "gzip")
            .GET()
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), limit));
    inFlight = answer;
    try {
      if (aborted) {
        throw new CancellationException();
      }
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw failure(uri, what, "no whole answer within " + timeout.toSeconds() + " s");
    } catch (CancellationException e) {
      throw failure(uri, what, "ended by close");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String said = cause.getMessage() == null ? "" : ": " + Redacted.text(cause.getMessage());
      throw failure(uri, what, cause.getClass().getSimpleName() + said);
    } finally {
      answer.cancel(true);
      inFlight = null;
    }
  }

  /** Without the cause: its text is not ours and may repeat the URL. */
  private static HlsFailure failure(URI uri, String what, String why) {
    return new HlsFailure(
        Kind.PASSING, "%s not read: %s (%s)".formatted(what, why, Redacted.uri(uri)), null);
  }

  private static byte[] unpack(byte[] packed, int limit, URI uri, String what) throws HlsFailure {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      byte[] body = in.readNBytes(limit);
      if (in.read() >= 0) {
        throw new IOException("more than " + limit + " bytes unpacked");
      }
      return body;
    } catch (IOException e) {
      throw new HlsFailure(
          Kind.PASSING,
          "%s not read: %s (%s)".formatted(what, e.getMessage(), Redacted.uri(uri)),
          e);
    }
  }
}
