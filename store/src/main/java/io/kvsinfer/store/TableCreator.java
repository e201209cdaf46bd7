package io.kvsinfer.store;

import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.contract.table.TableDefinition.IndexDefinition;
import io.kvsinfer.contract.table.TableDefinition.KeyAttribute;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;

/**
 * Creates tables from their definitions, for {@code local} and the tests; in the cloud the CDK app
 * does it from the same values.
 */
public final class TableCreator {
  private final DynamoDbClient dynamo;

  public TableCreator(DynamoDbClient dynamo) {
    this.dynamo = dynamo;
  }

  /**
   * Creates a table and returns once it is active with its TTL on. A table that is already there
   * stays as it is.
   *
   * @return ARN of its newest stream; null where the definition has no stream
   */
  public @Nullable String create(TableDefinition definition, String name) {
    boolean created = true;
    try {
      dynamo.createTable(request(definition, name));
    } catch (ResourceInUseException e) {
      created = false;
    }
    dynamo.waiter().waitUntilTableExists(request -> request.tableName(name));
    String ttl = definition.ttlAttribute();
    if (created && ttl != null) {
      dynamo.updateTimeToLive(request ->
          request
              .tableName(name)
              .timeToLiveSpecification(spec -> spec.attributeName(ttl).enabled(true)));
    }
    return dynamo.describeTable(request -> request.tableName(name)).table().latestStreamArn();
  }

  private static CreateTableRequest request(TableDefinition definition, String name) {
    Map<String, AttributeDefinition> attributes = new LinkedHashMap<>();
    var request =
        CreateTableRequest.builder()
            .tableName(name)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .keySchema(keys(definition.partitionKey(), definition.sortKey(), attributes));
    List<GlobalSecondaryIndex> indexes = new ArrayList<>();
    for (IndexDefinition index : definition.indexes()) {
      indexes.add(
          GlobalSecondaryIndex.builder()
              .indexName(index.name())
              .keySchema(keys(index.partitionKey(), index.sortKey(), attributes))
              .projection(projection -> projection.projectionType(ProjectionType.ALL))
              .build());
    }
    if (!indexes.isEmpty()) {
      request.globalSecondaryIndexes(indexes);
    }
    var view = definition.stream();
    if (view != null) {
      request.streamSpecification(
          StreamSpecification.builder().streamEnabled(true).streamViewType(view.name()).build());
    }
    return request.attributeDefinitions(attributes.values()).build();
  }

  private static List<KeySchemaElement> keys(
      KeyAttribute partition,
      @Nullable KeyAttribute sort,
      Map<String, AttributeDefinition> attributes) {
    List<KeySchemaElement> schema = new ArrayList<>();
    schema.add(key(partition, KeyType.HASH, attributes));
    if (sort != null) {
      schema.add(key(sort, KeyType.RANGE, attributes));
    }
    return schema;
  }

  private static KeySchemaElement key(
      KeyAttribute key, KeyType type, Map<String, AttributeDefinition> attributes) {
    attributes.put(
        key.name(),
        AttributeDefinition.builder()
            .attributeName(key.name())
            .attributeType(ScalarAttributeType.fromValue(key.type().name()))
            .build());
    return KeySchemaElement.builder().attributeName(key.name()).keyType(type).build();
  }
}
