package io.kvsinfer.store;

import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.embedded.DynamoDbLocal;
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
    DynamoDbLocal server = DynamoDbLocal.start();
    return DynamoDbClient.builder()
        .endpointOverride(server.endpoint())
        .region(Region.EU_WEST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }
}
