package io.kvsinfer.cli;

import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.embedded.DynamoDbLocal;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.EventTable;
import io.kvsinfer.store.IncidentTable;
import io.kvsinfer.store.LeaseTable;
import io.kvsinfer.store.TableCreator;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Fresh tables for each test in a DynamoDB Local, which the commands find as they find AWS: by the
 * SDK's own settings.
 */
final class TablesExtension implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static final Duration RETENTION = Duration.ofDays(30);

  private final Map<String, @Nullable String> before = new HashMap<>();
  private final Map<String, String> variables = new LinkedHashMap<>();
  private @Nullable DynamoDbLocal server;
  private @Nullable DynamoDbClient dynamo;

  @Override
  public void beforeAll(ExtensionContext context) {
    DynamoDbLocal started = DynamoDbLocal.start();
    server = started;
    set("aws.endpointUrlDynamoDb", started.endpoint().toString());
    set("aws.region", "us-east-1");
    set("aws.accessKeyId", "local");
    set("aws.secretAccessKey", "local");
    dynamo = DynamoDbClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder()).build();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    String prefix = "t" + COUNTER.incrementAndGet() + "-";
    variables.put("KVS_INFER_CAMERAS_TABLE", create(Tables.CAMERAS, prefix));
    variables.put("KVS_INFER_STATE_TABLE", create(Tables.CAMERA_STATE, prefix));
    variables.put("KVS_INFER_EVENTS_TABLE", create(Tables.EVENTS, prefix));
    variables.put("KVS_INFER_INCIDENTS_TABLE", create(Tables.INCIDENTS, prefix));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    client().close();
    if (server != null) {
      server.close();
    }
    before.forEach((key, value) -> {
      if (value == null) {
        System.clearProperty(key);
      } else {
        System.setProperty(key, value);
      }
    });
  }

  /** The variables that name the tables of this test. */
  Map<String, String> variables() {
    return variables;
  }

  CameraTable cameras() {
    return new CameraTable(client(), name("CAMERAS"));
  }

  CameraStateTable states() {
    return new CameraStateTable(client(), name("STATE"));
  }

  LeaseTable leases() {
    return new LeaseTable(client(), name("STATE"));
  }

  EventTable events() {
    return new EventTable(client(), name("EVENTS"), RETENTION);
  }

  IncidentTable incidents() {
    return new IncidentTable(client(), name("INCIDENTS"), RETENTION);
  }

  private String name(String table) {
    return variables.getOrDefault("KVS_INFER_" + table + "_TABLE", "");
  }

  private String create(TableDefinition table, String prefix) {
    String name = prefix + table.name();
    new TableCreator(client()).create(table, name);
    return name;
  }

  private DynamoDbClient client() {
    if (dynamo == null) {
      throw new IllegalStateException("not started");
    }
    return dynamo;
  }

  private void set(String key, String value) {
    before.put(key, System.getProperty(key));
    System.setProperty(key, value);
  }
}
