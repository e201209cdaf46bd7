package io.kvsinfer.store;

import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.embedded.DynamoDbLocal;
import java.net.URI;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Fresh tables for all tests of the module: in one DynamoDB Local, or wherever {@code
 * AWS_ENDPOINT_URL} points, as under {@code localstack/run}.
 */
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
    String given = System.getenv("AWS_ENDPOINT_URL");
    URI endpoint = given == null ? DynamoDbLocal.start().endpoint() : URI.create(given);
    return DynamoDbClient.builder()
        .endpointOverride(endpoint)
        .region(Region.EU_WEST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }
}
