package io.kvsinfer.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kvsinfer.contract.mapping.Mappings;
import io.kvsinfer.embedded.DynamoDbLocal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

class TableEventSourceTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @Test
  void changes_arrive_as_lambdas_own_event_class_reads_them() throws Exception {
    Map<String, AttributeValue> item =
        Map.of(
            "id", AttributeValue.fromS("gate"),
            "n", AttributeValue.fromN("4.5"),
            "on", AttributeValue.fromBool(true),
            "none", AttributeValue.fromNul(true),
            "bytes", AttributeValue.fromB(SdkBytes.fromUtf8String("b")),
            "names", AttributeValue.fromSs(List.of("a", "b")),
            "numbers", AttributeValue.fromNs(List.of("1")),
            "blobs", AttributeValue.fromBs(List.of(SdkBytes.fromUtf8String("c"))),
            "list", AttributeValue.fromL(List.of(AttributeValue.fromS("x"))),
            "map", AttributeValue.fromM(Map.of("k", AttributeValue.fromN("1"))));
    ScriptedFunction function = ScriptedFunction.willing();
    try (DynamoDbLocal local = DynamoDbLocal.start();
        DynamoDbClient tables = Clients.of(DynamoDbClient.builder(), local.endpoint());
        DynamoDbStreamsClient streams =
            Clients.of(DynamoDbStreamsClient.builder(), local.endpoint())) {
      tables.createTable(
          table("cameras")
              .streamSpecification(
                  s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES))
              .build());
      try (EventSource source =
          EventSource.start(
              Mappings.ALL.get(1),
              RecordStream.table(tables, streams, "cameras", Clients.REGION),
              function,
              batch -> {},
              InstantSource.system())) {
        tables.putItem(r -> r.tableName("cameras").item(item));
        tables.deleteItem(
            r -> r.tableName("cameras").key(Map.of("id", AttributeValue.fromS("gate"))));
        assertThat(source.awaitDrained(DEADLINE)).isTrue();
        assertThat(source.recordsDelivered()).isEqualTo(2);
      }
    }

    assertThat(function.records())
        .extracting(r -> r.path("eventName").asText())
        .containsExactly("INSERT", "REMOVE");
    DynamodbEvent event =
        LambdaEventSerializers.serializerFor(
                DynamodbEvent.class, TableEventSourceTest.class.getClassLoader())
            .fromJson(function.events.getFirst().toString());
    var change = event.getRecords().getFirst().getDynamodb();
    assertThat(change.getKeys()).containsEntry("id", lambda().withS("gate"));
    assertThat(change.getNewImage()).hasSameSizeAs(item);
    assertThat(change.getNewImage())
        .containsEntry("n", lambda().withN("4.5"))
        .containsEntry("map", lambda().withM(Map.of("k", lambda().withN("1"))))
        .containsEntry("list", lambda().withL(List.of(lambda().withS("x"))))
        .containsEntry("none", lambda().withNULL(true));
    assertThat(change.getSequenceNumber()).isNotEmpty();
  }

  @Test
  void an_iterator_before_the_oldest_record_is_replaced_and_nothing_is_lost() throws Exception {
    ScriptedFunction function = ScriptedFunction.willing();
    TrimmedStream stream = new TrimmedStream(3);
    try (EventSource source =
        EventSource.start(
            Mappings.ALL.get(1), stream, function, batch -> {}, InstantSource.system())) {
      assertThat(source.awaitDrained(DEADLINE)).isTrue();
      assertThat(source.recordsDelivered()).isEqualTo(2);
    }
    assertThat(function.records()).extracting(r -> r.path("n").asInt()).containsExactly(1, 2);
  }

  /** A stream of two records that says so often first that the iterator lies before its oldest. */
  private static final class TrimmedStream implements RecordStream {
    private int refusals;

    TrimmedStream(int refusals) {
      this.refusals = refusals;
    }

    @Override
    public String arn() {
      return "arn:aws:dynamodb:eu-central-1:000000000000:table/cameras/stream/1";
    }

    @Override
    public List<Shard> shards() {
      return List.of(new Shard("shard-1", Set.of()));
    }

    @Override
    public String iterator(String shard, @Nullable String after) {
      return after == null ? "oldest" : after;
    }

    @Override
    public synchronized Page read(String shard, String iterator, int limit) {
      if (refusals-- > 0) {
        throw TrimmedDataAccessException.builder()
            .message("The operation attempted to read past the oldest stream record in a shard.")
            .build();
      }
      int from = iterator.equals("oldest") ? 0 : Integer.parseInt(iterator);
      List<StreamRecord> records = new ArrayList<>();
      for (int n = from + 1; n <= 2; n++) {
        records.add(
            new StreamRecord(
                Integer.toString(n),
                Instant.now(),
                JsonNodeFactory.instance.objectNode().put("n", n)));
      }
      return new Page(records, "2", records.isEmpty());
    }

    @Override
    public String batchInfoName() {
      return "DDBStreamBatchInfo";
    }
  }

  @Test
  void a_table_without_a_stream_is_refused_by_name() {
    try (DynamoDbLocal local = DynamoDbLocal.start();
        DynamoDbClient tables = Clients.of(DynamoDbClient.builder(), local.endpoint());
        DynamoDbStreamsClient streams =
            Clients.of(DynamoDbStreamsClient.builder(), local.endpoint())) {
      tables.createTable(table("plain").build());

      assertThatThrownBy(() -> RecordStream.table(tables, streams, "plain", Clients.REGION))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("plain");
    }
  }

  private static com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue
      lambda() {
    return new com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue();
  }

  private static CreateTableRequest.Builder table(String name) {
    return CreateTableRequest.builder()
        .tableName(name)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .keySchema(KeySchemaElement.builder().attributeName("id").keyType(KeyType.HASH).build())
        .attributeDefinitions(
            AttributeDefinition.builder()
                .attributeName("id")
                .attributeType(ScalarAttributeType.S)
                .build());
  }
}
