package io.kvsinfer.worker.source.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.kvsinfer.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HlsHttpTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch release = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.stop(0);
    client.close();
  }

  private URI answer(int status, byte[] body, String... header) {
    server.createContext(
        "/a",
        exchange -> {
          try (exchange) {
            if (header.length == 2) {
              exchange.getResponseHeaders().add(header[0], header[1]);
            }
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
          }
        });
    return address();
  }

  private URI address() {
    return URI.create(
        "http://localhost:" + server.getAddress().getPort() + "/a?SessionToken=S3cret");
  }

  private HlsFailure failure(URI uri, int limit, Duration timeout) {
    HlsFailure failure =
        catchThrowableOfType(
            HlsFailure.class, () -> new HlsHttp(client, timeout).get(uri, limit, "segment"));
    assertThat(failure).isNotNull().hasMessageNotContaining("S3cret");
    return failure;
  }

  @Test
  void a_body_beyond_the_limit_is_not_taken() {
    assertThat(failure(answer(200, new byte[1000]), 999, Duration.ofSeconds(5)).kind())
        .isEqualTo(HlsFailure.Kind.PASSING);
  }

  @Test
  void a_packed_body_is_bounded_as_it_unpacks() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(new byte[100_000]);
    }
    URI uri = answer(200, packed.toByteArray(), "Content-Encoding", "gzip");
    assertThat(failure(uri, 99_999, Duration.ofSeconds(5)))
        .hasMessageContaining("more than 99999 bytes");
    assertThat(new HlsHttp(client, Duration.ofSeconds(5)).get(uri, 100_000, "playlist"))
        .hasSize(100_000);
  }

  @Test
  void a_redirect_is_followed_on_the_same_host_only() throws Exception {
    URI uri = answer(302, new byte[0], "Location", "http://elsewhere.example/?token=s3cret");
    assertThat(failure(uri, 10, Duration.ofSeconds(5)))
        .hasMessageContaining("redirected to another host")
        .hasMessageNotContaining("s3cret");
    server.removeContext("/a");
    assertThat(failure(answer(307, new byte[0], "Location", ":"), 10, Duration.ofSeconds(5)))
        .hasMessageContaining("no URL");
    server.removeContext("/a");
    // round and round ends
    assertThat(failure(answer(301, new byte[0], "Location", "/a"), 10, Duration.ofSeconds(5)))
        .hasMessageContaining("answered 301");
    server.createContext(
        "/moved",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {1, 2});
          }
        });
    server.removeContext("/a");
    URI moved = answer(302, new byte[0], "Location", "moved");
    assertThat(new HlsHttp(client, Duration.ofSeconds(5)).get(moved, 10, "playlist")).hasSize(2);
    try (HttpClient follows =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.ALWAYS).build()) {
      assertThatThrownBy(() -> new HlsHttp(follows, Duration.ofSeconds(1)))
          .hasMessageContaining("must not follow redirects");
    }
  }

  @Test
  void statuses_are_told_apart() {
    assertThat(failure(answer(403, new byte[0]), 10, Duration.ofSeconds(5)).kind())
        .isEqualTo(HlsFailure.Kind.EXPIRED);
    server.removeContext("/a");
    assertThat(failure(answer(410, new byte[0]), 10, Duration.ofSeconds(5)).kind())
        .isEqualTo(HlsFailure.Kind.GONE);
  }

  @Test
  void an_answer_that_does_not_come_whole_in_time_is_given_up() {
    server.createContext(
        "/a",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush();
          awaitRelease();
          exchange.close();
        });
    assertThat(failure(address(), 1000, Duration.ofMillis(200)))
        .hasMessageContaining("no whole answer");
  }

  @Test
  void abort_ends_a_request_under_way_and_every_later_one() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    server.createContext(
        "/a",
        exchange -> {
          asked.countDown();
          awaitRelease();
          exchange.close();
        });
    HlsHttp http = new HlsHttp(client, Duration.ofSeconds(30));
    AtomicReference<Throwable> seen = new AtomicReference<>();
    Thread reader =
        Thread.ofVirtual()
            .start(() ->
                seen.set(
                    catchThrowableOfType(
                        HlsFailure.class, () -> http.get(address(), 10, "segment"))));
    asked.await();
    http.abort();
    Eventually.until("the request ends", Duration.ofSeconds(5), () -> !reader.isAlive());
    assertThat(seen.get()).isInstanceOf(HlsFailure.class);
    assertThatThrownBy(() -> http.get(address(), 10, "segment")).isInstanceOf(HlsFailure.class);
  }

  private void awaitRelease() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
