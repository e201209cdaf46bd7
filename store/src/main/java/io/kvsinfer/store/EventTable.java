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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** The events table: every event as it came, once. Thread-safe. */
public final class EventTable {
  private static final String CAMERA_ID = Tables.EVENTS.partitionKey().name();
  private static final String EXPIRES_AT = Objects.requireNonNull(Tables.EVENTS.ttlAttribute());

  private final DynamoDbClient dynamo;
  private final String table;
  private final Duration retention;

  /**
   * @param retention after which an event expires, from when it was detected
   */
  public EventTable(DynamoDbClient dynamo, String table, Duration retention) {
    this.dynamo = Objects.requireNonNull(dynamo);
    this.table = Objects.requireNonNull(table);
    this.retention = Objects.requireNonNull(retention);
  }

  /**
   * Stores an event.
   *
   * @return false when it was there already
   */
  public boolean put(IncidentEvent event) {
    Map<String, AttributeValue> item = Items.toItem(EventCodec.tree(event));
    item.put(Tables.EVENTS_SORT_KEY, fromS(sortKey(event)));
    item.put(EXPIRES_AT, fromN(Long.toString(event.detectedAt().plus(retention).getEpochSecond())));
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
