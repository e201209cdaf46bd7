package io.kvsinfer.cli;

import io.kvsinfer.embedded.LocalS3;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A fresh bucket for each test in an S3Proxy, which the commands find by the SDK's settings. */
final class BucketExtension implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static final String ENDPOINT = "aws.endpointUrlS3";

  private @Nullable LocalS3 server;
  private @Nullable S3Client s3;
  private String bucket = "";

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    LocalS3 started = LocalS3.start(Files.createTempDirectory("bucket").toAbsolutePath());
    server = started;
    System.setProperty(ENDPOINT, started.endpoint().toString());
    // Both servers are asked by one program, so they are asked with the same keys.
    System.setProperty("aws.accessKeyId", LocalS3.ACCESS_KEY);
    System.setProperty("aws.secretAccessKey", LocalS3.SECRET_KEY);
    s3 =
        S3Client.builder()
            .endpointOverride(started.endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(LocalS3.ACCESS_KEY, LocalS3.SECRET_KEY)))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    bucket = "media" + COUNTER.incrementAndGet();
    client().createBucket(r -> r.bucket(bucket));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    System.clearProperty(ENDPOINT);
    client().close();
    if (server != null) {
      server.close();
    }
  }

  /** The variable that names the bucket of this test. */
  Map<String, String> variables() {
    return Map.of("KVS_INFER_MEDIA_BUCKET", bucket);
  }

  String name() {
    return bucket;
  }

  void put(String key, byte[] bytes) {
    client().putObject(r -> r.bucket(bucket).key(key), RequestBody.fromBytes(bytes));
  }

  byte[] get(String key) {
    return client().getObjectAsBytes(r -> r.bucket(bucket).key(key)).asByteArray();
  }

  List<String> keys() {
    return client().listObjectsV2(r -> r.bucket(bucket)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  private S3Client client() {
    if (s3 == null) {
      throw new IllegalStateException("not started");
    }
    return s3;
  }
}
