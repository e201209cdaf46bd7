package io.kvsinfer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
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
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
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
        // It answers 412 and may close the connection before the client has read that.
        .isInstanceOfAny(S3Exception.class, UncheckedIOException.class);

    assertThat(client.getObjectAsBytes(r -> r.bucket(BUCKET).key(KEY)).asUtf8String())
        .isEqualTo("first");
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
