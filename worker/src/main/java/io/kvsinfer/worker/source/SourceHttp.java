package io.kvsinfer.worker.source;

import java.net.http.HttpClient;
import java.time.Duration;

/** The HTTP client that sources want; one serves all cameras of a process. */
public final class SourceHttp {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private SourceHttp() {}

  /**
   * A client that follows no redirects, since a session's token stays with its own host. Its work
   * is done on virtual threads, as is the reading of what it brings, so that the bytes of a frame
   * wake fewer threads of the machine on their way to the decoder.
   */
  public static HttpClient client() {
    return HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(CONNECT)
        .executor(task -> Thread.ofVirtual().name("http").start(task))
        .build();
  }
}
