package io.kvsinfer.store;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.time.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The incidents table: one row per incident, its events merged. The order and number of times in
 * which the events come does not matter. Thread-safe.
 */
public final class IncidentTable {
  private static final int ATTEMPTS = 8;

  private final DynamoDbClient dynamo;
  private final String table;
  private final Duration retention;

  /**
   * @param retention after which an incident expires, from when its newest event was detected
   */
  public IncidentTable(DynamoDbClient dynamo, String table, Duration retention) {
    this.dynamo = Objects.requireNonNull(dynamo);
    this.table = Objects.requireNonNull(table);
    this.retention = Objects.requireNonNull(retention);
  }

  /**
   * What merging an event came to.
   *
   * @param incident as it now stands
   * @param changed false when the event added nothing, as a repeated one does; then nothing was
   *     written
   */
  public record Merged(Incident incident, boolean changed) {}

  /**
   * Merges an event into its incident.
   *
   * @throws IllegalStateException when other writers got in between every time; worth a retry
   */
  public Merged merge(IncidentEvent event) {
    ConditionalCheckFailedException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Incident seen = get(event.incidentId()).orElse(null);
      Incident merged = seen == null ? Incident.of(event) : seen.merge(event);
      if (merged.equals(seen)) {
        return new Merged(merged, false);
      }
      try {
        dynamo.updateItem(update(merged, seen, event.detectedAt().plus(retention)));
        return new Merged(merged, true);
      } catch (ConditionalCheckFailedException e) {
        // Somebody else merged an event meanwhile: merge with what they wrote.
        last = e;
      }
    }
    throw new IllegalStateException(
        "incident " + event.incidentId() + " changed under " + ATTEMPTS + " attempts to merge",
        last);
  }

  /** One incident, read consistently. */
  public Optional<Incident> get(String incidentId) {
    var answer =
        dynamo.getItem(
            request -> request.tableName(table).key(key(incidentId)).consistentRead(true));
    return answer.hasItem() ? Optional.of(IncidentRow.read(answer.item())) : Optional.empty();
  }

  /** Incidents of a camera by start, newest first. */
  public Page<Incident> ofCamera(
      String cameraId, TimeRange range, int limit, @Nullable String next) {
    return query("by_camera", IncidentRow.CAMERA_ID, cameraId, range, limit, next);
  }

  /** Incidents of all cameras that started on a day (UTC), newest first. */
  public Page<Incident> ofDay(LocalDate day, TimeRange range, int limit, @Nullable String next) {
    return query("by_day", IncidentRow.DAY, day.toString(), range, limit, next);
  }

  /** Incidents with a plate, newest first. */
  public Page<Incident> ofPlate(String text, TimeRange range, int limit, @Nullable String next) {
    return query("by_plate", IncidentRow.PLATE_TEXT, text, range, limit, next);
  }

  /** Incidents of a camera that go on, newest first. */
  public Page<Incident> openOf(String cameraId, int limit, @Nullable String next) {
    return query("open", IncidentRow.OPEN, cameraId, TimeRange.ALL, limit, next);
  }

  /**
   * Notes that an alert went out.
   *
   * @return false when one was noted before, or there is no such incident
   */
  public boolean markAlerted(String incidentId, Instant at) {
    try {
      dynamo.updateItem(request ->
          request
              .tableName(table)
              .key(key(incidentId))
              .conditionExpression(
                  "attribute_exists(incident_id) AND attribute_not_exists(alerted_at)")
              .updateExpression("SET alerted_at = :at")
              .expressionAttributeValues(Map.of(":at", fromS(Timestamps.format(at)))));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  private UpdateItemRequest update(Incident merged, @Nullable Incident seen, Instant expiresAt) {
    Map<String, AttributeValue> row = IncidentRow.write(merged);
    row.put(IncidentRow.EXPIRES_AT, fromN(Long.toString(expiresAt.getEpochSecond())));
    row.remove(IncidentRow.ID);
    Map<String, String> names = new HashMap<>();
    Map<String, AttributeValue> values = new HashMap<>();
    List<String> sets = new ArrayList<>();
    row.forEach((name, value) -> {
      int i = sets.size();
      names.put("#a" + i, name);
      values.put(":a" + i, value);
      sets.add("#a" + i + " = :a" + i);
    });
    List<String> removes = new ArrayList<>();
    for (String name : IncidentRow.REMOVABLE) {
      if (!row.containsKey(name)) {
        names.put("#" + name, name);
        removes.add("#" + name);
      }
    }
    String condition = "attribute_not_exists(incident_id)";
    if (seen != null) {
      condition = "#sequence = :sequence AND evidence.#sequence = :evidence";
      names.put("#sequence", "sequence");
      values.put(":sequence", fromN(Integer.toString(seen.sequence())));
      values.put(":evidence", fromN(Integer.toString(seen.evidence().sequence())));
    }
    return UpdateItemRequest.builder()
        .tableName(table)
        .key(key(merged.incidentId()))
        .updateExpression(
            "SET "
                + String.join(", ", sets)
                + (removes.isEmpty() ? "" : " REMOVE " + String.join(", ", removes)))
        .conditionExpression(condition)
        .expressionAttributeNames(names)
        .expressionAttributeValues(values)
        .build();
  }

  private Page<Incident> query(
      String index, String keyName, String key, TimeRange range, int limit, @Nullable String next) {
    var answer =
        dynamo.query(request ->
            request
                .tableName(table)
                .indexName(index)
                .limit(limit)
                .scanIndexForward(false)
                .exclusiveStartKey(Page.key(next))
                .keyConditionExpression("#key = :key AND #at BETWEEN :from AND :until")
                .expressionAttributeNames(Map.of("#key", keyName, "#at", IncidentRow.STARTED_AT))
                .expressionAttributeValues(
                    Map.of(
                        ":key", fromS(key),
                        ":from", fromS(Timestamps.format(range.from())),
                        ":until", fromS(Timestamps.format(range.until().minusMillis(1))))));
    return new Page<>(
        answer.items().stream().map(IncidentRow::read).toList(),
        Page.token(answer.lastEvaluatedKey()));
  }

  private static Map<String, AttributeValue> key(String incidentId) {
    return Map.of(IncidentRow.ID, fromS(incidentId));
  }
}
