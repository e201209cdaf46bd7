package io.kvsinfer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

class DynamoDbLocalTest {
  private static final String TABLE = "cameras";

  @TempDir Path folder;

  @Test
  void a_conditional_write_holds_and_reaches_the_stream() {
    try (DynamoDbLocal local = DynamoDbLocal.start();
        DynamoDbClient client = client(local);
        DynamoDbStreamsClient streams =
            Clients.of(DynamoDbStreamsClient.builder(), local.endpoint())) {
      createTable(client);
      put(client, "gate");

      assertThatThrownBy(() -> put(client, "gate"))
          .isInstanceOf(ConditionalCheckFailedException.class);
      assertThat(newImages(streams)).containsExactly(Map.of("id", AttributeValue.fromS("gate")));
    }
  }

  @Test
  void tables_in_a_folder_outlive_the_server() {
    try (DynamoDbLocal local = DynamoDbLocal.start(folder);
        DynamoDbClient client = client(local)) {
      createTable(client);
      put(client, "gate");
    }
    try (DynamoDbLocal local = DynamoDbLocal.start(folder);
        DynamoDbClient client = client(local)) {
      assertThat(client.scan(r -> r.tableName(TABLE)).count()).isEqualTo(1);
    }
  }

  @Test
  void a_folder_that_is_a_file_is_refused_by_name() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> DynamoDbLocal.start(file))
        .isInstanceOf(EmbeddedServiceException.class)
        .hasMessageContaining(file.toString());
  }

  private static DynamoDbClient client(DynamoDbLocal local) {
    return Clients.of(DynamoDbClient.builder(), local.endpoint());
  }

  private static void createTable(DynamoDbClient client) {
    client.createTable(r ->
        r.tableName(TABLE)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .keySchema(KeySchemaElement.builder().attributeName("id").keyType(KeyType.HASH).build())
            .attributeDefinitions(
                AttributeDefinition.builder()
                    .attributeName("id")
                    .attributeType(ScalarAttributeType.S)
                    .build())
            .streamSpecification(
                s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_IMAGE)));
  }

  private static void put(DynamoDbClient client, String id) {
    client.putItem(r ->
        r.tableName(TABLE)
            .item(Map.of("id", AttributeValue.fromS(id)))
            .conditionExpression("attribute_not_exists(id)"));
  }

  private static List<Map<String, AttributeValue>> newImages(DynamoDbStreamsClient streams) {
    String stream = streams.listStreams(r -> r.tableName(TABLE)).streams().getFirst().streamArn();
    String shard =
        streams
            .describeStream(r -> r.streamArn(stream))
            .streamDescription()
            .shards()
            .getFirst()
            .shardId();
    String iterator =
        streams
            .getShardIterator(r ->
                r.streamArn(stream)
                    .shardId(shard)
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    return streams.getRecords(r -> r.shardIterator(iterator)).records().stream()
        .map(Record::dynamodb)
        .map(d -> d.newImage())
        .toList();
  }
}
