package io.kvsinfer.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * The cameras table: what operators ask for. Raw trees, since an item may be wrong. Thread-safe.
 */
public final class CameraTable {
  private static final String ID = "id";

  private final DynamoDbClient dynamo;
  private final String table;

  public CameraTable(DynamoDbClient dynamo, String table) {
    this.dynamo = Objects.requireNonNull(dynamo);
    this.table = Objects.requireNonNull(table);
  }

  /**
   * One item, not judged.
   *
   * @param id the key, which may be no valid camera id
   * @param tree the whole item, {@code id} included
   */
  public record CameraItem(String id, ObjectNode tree) {}

  /** Every item, read consistently, one after the other: never all of them in memory. */
  public void forEach(Consumer<CameraItem> consumer) {
    dynamo
        .scanPaginator(request -> request.tableName(table).consistentRead(true))
        .items()
        .forEach(item -> consumer.accept(item(item)));
  }

  /** Every item, read consistently. */
  public List<CameraItem> scan() {
    return dynamo
        .scanPaginator(request -> request.tableName(table).consistentRead(true))
        .items()
        .stream()
        .map(CameraTable::item)
        .toList();
  }

  /** One item, read consistently. */
  public Optional<CameraItem> get(String id) {
    var answer =
        dynamo.getItem(request -> request.tableName(table).key(key(id)).consistentRead(true));
    return answer.hasItem() ? Optional.of(item(answer.item())) : Optional.empty();
  }

  /**
   * Writes an item over whatever stood there.
   *
   * @param tree must have a text {@code id}
   */
  public void put(ObjectNode tree) {
    if (!tree.path(ID).isTextual() || tree.path(ID).textValue().isEmpty()) {
      throw new IllegalArgumentException("a camera item must have a text id");
    }
    dynamo.putItem(request -> request.tableName(table).item(Items.toItem(tree)));
  }

  /** Removes an item; nothing happens when there is none. */
  public void delete(String id) {
    dynamo.deleteItem(request -> request.tableName(table).key(key(id)));
  }

  /**
   * Sets {@code enabled} of an item and leaves the rest.
   *
   * @return false when there is no such camera
   */
  public boolean setEnabled(String id, boolean enabled) {
    try {
      dynamo.updateItem(request ->
          request
              .tableName(table)
              .key(key(id))
              .conditionExpression("attribute_exists(id)")
              .updateExpression("SET enabled = :enabled")
              .expressionAttributeValues(Map.of(":enabled", AttributeValue.fromBool(enabled))));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  private static CameraItem item(Map<String, AttributeValue> item) {
    ObjectNode tree = Items.toTree(item);
    return new CameraItem(tree.path(ID).asText(), tree);
  }

  private static Map<String, AttributeValue> key(String id) {
    return Map.of(ID, AttributeValue.fromS(id));
  }
}
