package io.kvsinfer.store;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.EventFormatException;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.contract.time.Timestamps;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.pagination.sync.SdkIterable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** The events table: every event as it came, once. Thread-safe. */
public final class EventTable {
  private static final String CAMERA_ID = Tables.EVENTS.partitionKey().name();
  private static final String EXPIRES_AT = Objects.requireNonNull(Tables.EVENTS.ttlAttribute());

  private final DynamoDbClient dynamo;
  private final String table;
  private final Retention retention;
  private final BatchCalls batches;

  /**
   * @param retention after which an event expires, from when it was detected
   */
  public EventTable(DynamoDbClient dynamo, String table, Duration retention) {
    this(dynamo, table, Retention.of(retention));
  }

  /** A table whose rows stay as long as their kind does. */
  public EventTable(DynamoDbClient dynamo, String table, Retention retention) {
    this.dynamo = Objects.requireNonNull(dynamo);
    this.batches = new BatchCalls(dynamo, table);
    this.table = Objects.requireNonNull(table);
    this.retention = Objects.requireNonNull(retention);
  }

  /**
   * Stores an event.
   *
   * @return false when it was there already
   */
  public boolean put(IncidentEvent event) {
    Map<String, AttributeValue> item = item(event);
    try {
      dynamo.putItem(request ->
          request
              .tableName(table)
              .item(item)
              .conditionExpression("attribute_not_exists(camera_id)"));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  /**
   * Stores events in few calls. A row that is there is written again: two events of one id differ
   * in nothing but when and by which worker they were published.
   *
   * @return those that DynamoDB, at the end of its throughput, did not take
   */
  public List<IncidentEvent> putAll(List<IncidentEvent> events) {
    Map<String, IncidentEvent> byKey = new LinkedHashMap<>();
    events.forEach(e -> byKey.putIfAbsent(e.cameraId() + "/" + sortKey(e), e));
    List<WriteRequest> puts =
        byKey.values().stream()
            .map(e -> WriteRequest.builder().putRequest(p -> p.item(item(e))).build())
            .toList();
    Set<String> left = new HashSet<>();
    for (WriteRequest request : batches.write(puts)) {
      Map<String, AttributeValue> item = request.putRequest().item();
      left.add(text(item, CAMERA_ID) + "/" + text(item, Tables.EVENTS_SORT_KEY));
    }
    return events.stream().filter(e -> left.contains(e.cameraId() + "/" + sortKey(e))).toList();
  }

  /** Number of a camera's events, counted page by page. */
  public long count(String cameraId) {
    return keys(cameraId).stream().count();
  }

  /**
   * Removes every event of a camera.
   *
   * @return how many
   * @throws IllegalStateException when DynamoDB, at the end of its throughput, left some
   */
  public long deleteAll(String cameraId) {
    List<WriteRequest> deletes =
        keys(cameraId).stream()
            .map(key -> WriteRequest.builder().deleteRequest(d -> d.key(key)).build())
            .toList();
    int left = batches.write(deletes).size();
    if (left > 0) {
      throw new IllegalStateException(
          "%d of %d events of camera %s are still there: try again"
              .formatted(left, deletes.size(), cameraId));
    }
    return deletes.size();
  }

  private SdkIterable<Map<String, AttributeValue>> keys(String cameraId) {
    return dynamo
        .queryPaginator(request ->
            request
                .tableName(table)
                .consistentRead(true)
                .projectionExpression("#camera, #at")
                .keyConditionExpression("#camera = :camera")
                .expressionAttributeNames(
                    Map.of("#camera", CAMERA_ID, "#at", Tables.EVENTS_SORT_KEY))
                .expressionAttributeValues(Map.of(":camera", fromS(cameraId))))
        .items();
  }

  private Map<String, AttributeValue> item(IncidentEvent event) {
    Map<String, AttributeValue> item = Items.toItem(EventCodec.tree(event));
    item.put(Tables.EVENTS_SORT_KEY, fromS(sortKey(event)));
    long expiry = retention.expiry(event.detectedAt(), event.plate() != null);
    item.put(EXPIRES_AT, fromN(Long.toString(expiry)));
    return item;
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    return Objects.requireNonNull(item.get(name)).s();
  }

  /**
   * Events of a camera by capture time, oldest first.
   *
   * @param limit of events on the page
   * @param next of the page before; null for the first
   */
  public Page<IncidentEvent> query(
      String cameraId, TimeRange range, int limit, @Nullable String next) {
    Map<String, AttributeValue> values =
        Map.of(
            ":camera", fromS(cameraId),
            ":from", fromS(Timestamps.format(range.from())),
            ":until", fromS(Timestamps.format(range.until())));
    var answer =
        dynamo.query(request ->
            request
                .tableName(table)
                .limit(limit)
                .exclusiveStartKey(Page.key(next))
                .keyConditionExpression("#camera = :camera AND #at BETWEEN :from AND :until")
                .expressionAttributeNames(
                    Map.of("#camera", CAMERA_ID, "#at", Tables.EVENTS_SORT_KEY))
                .expressionAttributeValues(values));
    List<IncidentEvent> events = answer.items().stream().map(EventTable::event).toList();
    return new Page<>(events, Page.token(answer.lastEvaluatedKey()));
  }

  private static String sortKey(IncidentEvent event) {
    return Timestamps.format(event.capturedAt()) + "#" + event.eventId();
  }

  private static IncidentEvent event(Map<String, AttributeValue> item) {
    ObjectNode tree = Items.toTree(item);
    String key = tree.path(Tables.EVENTS_SORT_KEY).asText();
    tree.remove(List.of(Tables.EVENTS_SORT_KEY, EXPIRES_AT));
    try {
      return switch (EventCodec.read(tree)) {
        case IncidentEvent event -> event;
        case LeaseRecord lease ->
            throw new UnreadableItemException("event " + key + ": a lease record", null);
      };
    } catch (EventFormatException e) {
      throw new UnreadableItemException("event " + key + ": " + e.getMessage(), e);
    }
  }
}
