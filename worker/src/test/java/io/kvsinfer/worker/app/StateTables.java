package io.kvsinfer.worker.app;

import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.embedded.DynamoDbLocal;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.TableCreator;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Fresh tables in one DynamoDB Local for all tests of the package. */
final class StateTables {
  private static final DynamoDbLocal SERVER = DynamoDbLocal.start();
  private static final DynamoDbClient DYNAMO = client(() -> false);

  private StateTables() {}

  static DynamoDbClient dynamo() {
    return DYNAMO;
  }

  static String create(TableDefinition definition) {
    String name = definition.name() + "-" + UUID.randomUUID();
    new TableCreator(DYNAMO).create(definition, name);
    return name;
  }

  /** What the scheduler does before it starts a worker. */
  static boolean launch(
      CameraStateTable states, String camera, String id, @Nullable String before) {
    Instant now = Instant.parse("2026-11-21T02:48:00Z");
    states.putDesired(camera, new Desired(null, Desired.Outcome.ACCEPTED, List.of()));
    return states.putLaunch(camera, new Launch(id, null, 1, now, null, null), before);
  }

  /** A client whose calls fail while it is {@code away}. */
  static DynamoDbClient client(BooleanSupplier away) {
    ExecutionInterceptor cut =
        new ExecutionInterceptor() {
          @Override
          public void beforeExecution(
              Context.BeforeExecution context, ExecutionAttributes attributes) {
            if (away.getAsBoolean()) {
              throw SdkClientException.create("no route to the table");
            }
          }
        };
    return DynamoDbClient.builder()
        .endpointOverride(SERVER.endpoint())
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(o -> o.addExecutionInterceptor(cut))
        .build();
  }
}
