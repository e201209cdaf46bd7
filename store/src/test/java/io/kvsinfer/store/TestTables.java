package io.kvsinfer.store;

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import io.kvsinfer.contract.table.TableDefinition;
import java.net.ServerSocket;
import java.net.URI;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Fresh tables in one DynamoDB Local for all tests of the module. */
final class TestTables {
  private static final DynamoDbClient DYNAMO = start();

  private TestTables() {}

  static DynamoDbClient dynamo() {
    return DYNAMO;
  }

  static String create(TableDefinition definition) {
    String name = definition.name() + "-" + UUID.randomUUID();
    new TableCreator(DYNAMO).create(definition, name);
    return name;
  }

  private static DynamoDbClient start() {
    try {
      int port;
      try (ServerSocket socket = new ServerSocket(0)) {
        port = socket.getLocalPort();
      }
      DynamoDBProxyServer server =
          ServerRunner.createServerFromCommandLineArgs(
              new String[] {"-inMemory", "-disableTelemetry", "-port", Integer.toString(port)});
      server.start();
      return DynamoDbClient.builder()
          .endpointOverride(URI.create("http://localhost:" + port))
          .region(Region.EU_WEST_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
          .httpClientBuilder(UrlConnectionHttpClient.builder())
          .build();
    } catch (Exception e) {
      throw new IllegalStateException("DynamoDB Local did not start", e);
    }
  }
}
