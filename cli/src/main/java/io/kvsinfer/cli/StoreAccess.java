package io.kvsinfer.cli;

import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.EventTable;
import io.kvsinfer.store.IncidentTable;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * What the environment has in AWS that the {@code KVS_INFER_…} variables name. Region, credentials
 * and endpoint are found as in every AWS program.
 */
final class StoreAccess implements AutoCloseable {
  /** Nobody looks at a silent terminal for longer. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private static final Duration WHOLE_CALL = Duration.ofSeconds(40);

  private final Environment environment;
  private @Nullable DynamoDbClient dynamo;
  private @Nullable S3Client s3;
  private @Nullable KinesisClient kinesis;

  private StoreAccess(Environment environment) {
    this.environment = environment;
  }

  /** Opens the tables; nothing is read yet. */
  static StoreAccess open(Map<String, String> variables) {
    return new StoreAccess(Environment.of(variables));
  }

  CameraTable cameras() {
    String table = name(Environment::camerasTable);
    return new CameraTable(client(), table);
  }

  CameraStateTable states() {
    String table = name(Environment::stateTable);
    return new CameraStateTable(client(), table);
  }

  EventTable events() {
    String table = name(Environment::eventsTable);
    return new EventTable(client(), table, environment.retentionByKind());
  }

  IncidentTable incidents() {
    String table = name(Environment::incidentsTable);
    return new IncidentTable(client(), table, environment.retentionByKind());
  }

  /** Name of the bucket of pictures, archive and what was set aside. */
  String bucket() {
    return name(Environment::mediaBucket);
  }

  /** Name of the event stream. */
  String stream() {
    return name(Environment::eventsStream);
  }

  S3Client s3() {
    S3Client client = s3;
    if (client == null) {
      client = built(S3Client.builder());
      s3 = client;
    }
    return client;
  }

  KinesisClient kinesis() {
    KinesisClient client = kinesis;
    if (client == null) {
      client = built(KinesisClient.builder());
      kinesis = client;
    }
    return client;
  }

  private String name(Function<Environment, String> table) {
    try {
      return table.apply(environment);
    } catch (IllegalStateException e) {
      throw new CommandFailedException(
          e.getMessage() + "; 'kvs-infer local --dir D' writes all of them to D/environment", e);
    }
  }

  /** Made late, so that a variable that is not set is said before a region that is not. */
  private DynamoDbClient client() {
    DynamoDbClient client = dynamo;
    if (client == null) {
      client = built(DynamoDbClient.builder());
      dynamo = client;
    }
    return client;
  }

  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C built(B builder) {
    return builder
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(SILENCE))
        .overrideConfiguration(configuration ->
            configuration
                .apiCallTimeout(WHOLE_CALL)
                .addExecutionInterceptor(new NamedResource(environment)))
        .build();
  }

  @Override
  public void close() {
    for (AutoCloseable client : Arrays.asList(dynamo, s3, kinesis)) {
      if (client instanceof SdkAutoCloseable sdk) {
        sdk.close();
      }
    }
  }
}
