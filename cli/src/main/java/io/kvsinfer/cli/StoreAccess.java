package io.kvsinfer.cli;

import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.EventTable;
import io.kvsinfer.store.IncidentTable;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The tables of the environment that the {@code KVS_INFER_…} variables name. Region, credentials
 * and endpoint are found as in every AWS program.
 */
final class StoreAccess implements AutoCloseable {
  private final Environment environment;
  private final DynamoDbClient dynamo;

  private StoreAccess(Environment environment, DynamoDbClient dynamo) {
    this.environment = environment;
    this.dynamo = dynamo;
  }

  /** Opens the tables; nothing is read yet. */
  static StoreAccess open(Map<String, String> variables) {
    Environment environment = Environment.of(variables);
    DynamoDbClient dynamo =
        DynamoDbClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder()).build();
    return new StoreAccess(environment, dynamo);
  }

  CameraTable cameras() {
    return new CameraTable(dynamo, name(Environment::camerasTable));
  }

  CameraStateTable states() {
    return new CameraStateTable(dynamo, name(Environment::stateTable));
  }

  EventTable events() {
    return new EventTable(dynamo, name(Environment::eventsTable), environment.retention());
  }

  IncidentTable incidents() {
    return new IncidentTable(dynamo, name(Environment::incidentsTable), environment.retention());
  }

  private String name(Function<Environment, String> table) {
    try {
      return table.apply(environment);
    } catch (IllegalStateException e) {
      throw new CommandFailedException(
          e.getMessage() + "; 'kvs-infer local --dir D' writes all of them to D/environment", e);
    }
  }

  @Override
  public void close() {
    dynamo.close();
  }
}
