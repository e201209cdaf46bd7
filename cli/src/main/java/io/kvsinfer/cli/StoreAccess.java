package io.kvsinfer.cli;

import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.EventTable;
import io.kvsinfer.store.IncidentTable;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The tables of the environment that the {@code KVS_INFER_…} variables name. Region, credentials
 * and endpoint are found as in every AWS program.
 */
final class StoreAccess implements AutoCloseable {
  private final Environment environment;
  private @Nullable DynamoDbClient dynamo;

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
    return new EventTable(client(), table, environment.retention());
  }

  IncidentTable incidents() {
    String table = name(Environment::incidentsTable);
    return new IncidentTable(client(), table, environment.retention());
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
      client =
          DynamoDbClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder()).build();
      dynamo = client;
    }
    return client;
  }

  @Override
  public void close() {
    if (dynamo != null) {
      dynamo.close();
    }
  }
}
