package io.kvsinfer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

class LocalS3Test {
  private static final String BUCKET = "media";
  private static final String KEY = "media/camera=gate/dt=2026-11-21/a/0-snapshot.jpg";

  @TempDir Path folder;

  private LocalS3 local;
  private S3Client client;

  @BeforeEach
  void start() {
    local = LocalS3.start(folder);
    client = Clients.of(S3Client.builder(), local.endpoint());
    client.createBucket(r -> r.bucket(BUCKET));
  }

  @AfterEach
  void stop() {
    client.close();
    local.close();
    local.close();
  }

  @Test
  void a_client_without_special_settings_puts_lists_and_gets_an_object() {
    client.putObject(r -> r.bucket(BUCKET).key(KEY), RequestBody.fromString("jpeg"));

    assertThat(client.listObjectsV2(r -> r.bucket(BUCKET).prefix("media/camera=gate/")).contents())
        .extracting(S3Object::key)
        .containsExactly(KEY);
    assertThat(client.getObjectAsBytes(r -> r.bucket(BUCKET).key(KEY)).asUtf8String())
        .isEqualTo("jpeg");
  }

  @Test
  void a_large_object_comes_back_whole() {
    byte[] large = new byte[3_000_000];
    large[2_999_999] = 7;

    client.putObject(r -> r.bucket(BUCKET).key(KEY), RequestBody.fromBytes(large));

    assertThat(client.getObjectAsBytes(r -> r.bucket(BUCKET).key(KEY)).asByteArrayUnsafe())
        .isEqualTo(large);
  }

  @Test
  void if_none_match_keeps_the_first_object() {
    client.putObject(r -> r.bucket(BUCKET).key(KEY), RequestBody.fromString("first"));

    assertThatThrownBy(() ->
            client.putObject(
                r -> r.bucket(BUCKET).key(KEY).ifNoneMatch("*"), RequestBody.fromString("second")))
        .isInstanceOf(S3Exception.class);

    assertThat(client.getObjectAsBytes(r -> r.bucket(BUCKET).key(KEY)).asUtf8String())
        .isEqualTo("first");
  }

  @Test
  void a_connection_serves_on_after_a_refusal() {
    RequestBody body = RequestBody.fromBytes(new byte[200_000]);
    try (S3Client once =
        Clients.of(
            S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1))),
            local.endpoint())) {
      for (int i = 0; i < 50; i++) {
        assertThatThrownBy(() -> once.putObject(r -> r.bucket("absent").key(KEY), body))
            .isInstanceOf(NoSuchBucketException.class);
        assertThat(once.listBuckets().buckets()).hasSize(1);
      }
    }
  }

  @Test
  void a_refusal_waits_for_the_body_and_keeps_the_connection() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), local.endpoint().getPort())) {
      send(socket, "PUT /absent/key HTTP/1.1\r\nHost: s3\r\nContent-Length: 100000\r\n\r\n");
      send(socket, "x".repeat(50_000));
      socket.setSoTimeout(500);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      socket.setSoTimeout(30_000);
      send(socket, "x".repeat(50_000));
      assertThat(until("\r\n\r\n", socket))
          .startsWith("HTTP/1.1 404")
          .doesNotContainIgnoringCase("close");
      assertThat(until("0\r\n\r\n", socket)).contains("NoSuchBucket");

      send(socket, "HEAD /absent HTTP/1.1\r\nHost: s3\r\n\r\n");
      assertThat(until("\r\n\r\n", socket)).startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void an_answer_says_that_the_connection_ends_when_too_much_is_left_unread() throws Exception {
    long length = 1L << 40;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), local.endpoint().getPort())) {
      socket.setSoTimeout(30_000);
      send(
          socket,
          "PUT /absent/key HTTP/1.1\r\nHost: s3\r\nContent-Length: %d\r\n\r\n".formatted(length));
      Thread.ofVirtual()
          .start(() -> {
            try {
              while (true) {
                send(socket, "x".repeat(1 << 20));
              }
            } catch (IOException e) {
              // The server ended the connection, as it said, or this test did.
            }
          });
      assertThat(until("\r\n\r\n", socket)).containsIgnoringCase("connection: close");
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  /** What is answered, to the end of that mark. */
  private static String until(String mark, Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder answer = new StringBuilder();
    while (!answer.toString().endsWith(mark)) {
      int next = in.read();
      assertThat(next).as("what follows %s", answer).isNotNegative();
      answer.append((char) next);
    }
    return answer.toString();
  }

  @Test
  void objects_survive_a_restart() {
    client.putObject(r -> r.bucket(BUCKET).key(KEY), RequestBody.fromString("jpeg"));
    local.close();

    try (LocalS3 again = LocalS3.start(folder);
        S3Client other = Clients.of(S3Client.builder(), again.endpoint())) {
      assertThat(other.headObject(r -> r.bucket(BUCKET).key(KEY)).contentLength()).isEqualTo(4);
    }
  }

  @Test
  void a_presigned_url_works_and_a_forged_one_does_not() throws Exception {
    client.putObject(r -> r.bucket(BUCKET).key(KEY), RequestBody.fromString("jpeg"));
    URI url;
    try (S3Presigner presigner =
        S3Presigner.builder()
            .endpointOverride(local.endpoint())
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(Clients.CREDENTIALS)
            .build()) {
      url =
          presigner
              .presignGetObject(r ->
                  r.signatureDuration(Duration.ofMinutes(1))
                      .getObjectRequest(g -> g.bucket(BUCKET).key(KEY)))
              .url()
              .toURI();
    }

    assertThat(get(url).body()).isEqualTo("jpeg");
    assertThat(get(URI.create(url.toString().replace("X-Amz-Expires=60", "X-Amz-Expires=90"))))
        .extracting(HttpResponse::statusCode)
        .isEqualTo(403);
  }

  @Test
  void a_relative_folder_is_refused() {
    assertThatThrownBy(() -> LocalS3.start(Path.of("objects")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("absolute");
  }

  private static HttpResponse<String> get(URI url) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(url).build(),
          HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }
  }
}
