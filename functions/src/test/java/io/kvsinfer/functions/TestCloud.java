package io.kvsinfer.functions;

import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.embedded.DynamoDbLocal;
import io.kvsinfer.embedded.LocalS3;
import io.kvsinfer.functions.metrics.Counters;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.TableCreator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Fresh tables and a fresh bucket: on one DynamoDB Local and one S3Proxy for all tests, or wherever
 * {@code AWS_ENDPOINT_URL} points, as under {@code localstack/run}.
 */
public final class TestCloud implements Counters {
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(
          AwsBasicCredentials.create(LocalS3.ACCESS_KEY, LocalS3.SECRET_KEY));
  private static final @Nullable String GIVEN = System.getenv("AWS_ENDPOINT_URL");
  private static final URI TABLES =
      GIVEN == null ? DynamoDbLocal.start().endpoint() : URI.create(GIVEN);
  private static final DynamoDbClient DYNAMO = client(builder -> {});
  private static final URI OBJECTS = GIVEN == null ? startObjects() : URI.create(GIVEN);
  private static final S3Client S3 = startS3();

  private final Environment environment;
  private final Map<String, Double> counts = new TreeMap<>();

  public TestCloud() {
    this(Map.of());
  }

  /**
   * @param more variables besides the tables and the bucket
   */
  public TestCloud(Map<String, String> more) {
    Map<String, String> variables = new HashMap<>();
    variables.put("KVS_INFER_CAMERAS_TABLE", create(Tables.CAMERAS));
    variables.put("KVS_INFER_STATE_TABLE", create(Tables.CAMERA_STATE));
    variables.put("KVS_INFER_EVENTS_TABLE", create(Tables.EVENTS));
    variables.put("KVS_INFER_INCIDENTS_TABLE", create(Tables.INCIDENTS));
    String bucket = "media-" + UUID.randomUUID();
    S3.createBucket(request -> request.bucket(bucket));
    variables.put("KVS_INFER_MEDIA_BUCKET", bucket);
    variables.putAll(more);
    environment = Environment.of(variables);
  }

  public DynamoDbClient dynamo() {
    return DYNAMO;
  }

  /** The same tables, each call being looked at on its way. */
  public DynamoDbClient counted(ExecutionInterceptor... interceptors) {
    return client(builder ->
        builder.overrideConfiguration(
            o -> List.of(interceptors).forEach(o::addExecutionInterceptor)));
  }

  public S3Client s3() {
    return S3;
  }

  /** Signs links to the bucket; needs no connection. */
  public S3Presigner presigner() {
    return S3Presigner.builder()
        .endpointOverride(OBJECTS)
        .region(Region.EU_WEST_1)
        .credentialsProvider(CREDENTIALS)
        .build();
  }

  public Environment environment() {
    return environment;
  }

  /** Keys in the bucket that begin so. */
  public List<String> keys(String prefix) {
    return S3
        .listObjectsV2(request -> request.bucket(environment.mediaBucket()).prefix(prefix))
        .contents()
        .stream()
        .map(S3Object::key)
        .toList();
  }

  public byte[] object(String key) {
    return S3.getObjectAsBytes(request -> request.bucket(environment.mediaBucket()).key(key))
        .asByteArray();
  }

  @Override
  public void add(String name, double value) {
    counts.merge(name, value, Double::sum);
  }

  /** What was counted under that name, 0 if nothing was. */
  public int count(String name) {
    return counts.getOrDefault(name, 0.0).intValue();
  }

  private static String create(TableDefinition definition) {
    String name = definition.name() + "-" + UUID.randomUUID();
    new TableCreator(DYNAMO).create(definition, name);
    return name;
  }

  private static DynamoDbClient client(Consumer<DynamoDbClientBuilder> more) {
    DynamoDbClientBuilder builder =
        DynamoDbClient.builder()
            .endpointOverride(TABLES)
            .region(Region.EU_WEST_1)
            .credentialsProvider(CREDENTIALS)
            .httpClientBuilder(UrlConnectionHttpClient.builder());
    more.accept(builder);
    return builder.build();
  }

  private static S3Client startS3() {
    return S3Client.builder()
        .endpointOverride(OBJECTS)
        .region(Region.EU_WEST_1)
        .credentialsProvider(CREDENTIALS)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  private static URI startObjects() {
    try {
      return LocalS3.start(Files.createTempDirectory("s3").toAbsolutePath()).endpoint();
    } catch (IOException e) {
      throw new IllegalStateException("no folder for objects", e);
    }
  }
}
