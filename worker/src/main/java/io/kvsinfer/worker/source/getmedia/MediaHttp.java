package io.kvsinfer.worker.source.getmedia;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * The SDK's calls over the JDK's HTTP client: the answer of GetMedia never ends, and unlike {@code
 * HttpURLConnection} this one lets go of a read that waits. Thread-safe.
 */
final class MediaHttp implements SdkHttpClient {
  /** The JDK's client sets these itself. */
  private static final Set<String> ITS_OWN =
      Set.of("host", "content-length", "connection", "expect", "upgrade");

  private final HttpClient client;
  private final Duration answer;
  private final Duration idle;

  /**
   * @param client shared, stays open
   * @param answer how long the head of an answer may take
   * @param idle how long a read of an answer waits for a byte
   */
  MediaHttp(HttpClient client, Duration answer, Duration idle) {
    this.client = client;
    this.answer = answer;
    this.idle = idle;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new Call(request);
  }

  @Override
  public String clientName() {
    return "JdkHttp";
  }

  @Override
  public void close() {
    // the client is shared
  }

  private final class Call implements ExecutableHttpRequest {
    private final HttpExecuteRequest request;
    private final MediaBody body = new MediaBody(idle);

    Call(HttpExecuteRequest request) {
      this.request = request;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      try {
        HttpResponse<InputStream> response = client.send(jdkRequest(), head -> body);
        return HttpExecuteResponse.builder()
            .response(
                SdkHttpResponse.builder()
                    .statusCode(response.statusCode())
                    .headers(response.headers().map())
                    .build())
            .responseBody(AbortableInputStream.create(body, body::close))
            .build();
      } catch (InterruptedException e) {
        body.close();
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }

    private HttpRequest jdkRequest() throws IOException {
      SdkHttpRequest sdk = request.httpRequest();
      HttpRequest.Builder builder =
          HttpRequest.newBuilder(sdk.getUri())
              .version(HttpClient.Version.HTTP_1_1)
              .timeout(answer)
              .method(sdk.method().name(), content());
      sdk.forEachHeader((name, values) -> {
        if (!ITS_OWN.contains(name.toLowerCase(Locale.ROOT))) {
          values.forEach(value -> builder.header(name, value));
        }
      });
      return builder.build();
    }

    private BodyPublisher content() throws IOException {
      if (request.contentStreamProvider().isEmpty()) {
        return BodyPublishers.noBody();
      }
      try (InputStream in = request.contentStreamProvider().get().newStream()) {
        return BodyPublishers.ofByteArray(in.readAllBytes());
      }
    }

    @Override
    public void abort() {
      body.close();
    }
  }
}
