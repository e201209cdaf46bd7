package io.kvsinfer.store;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.time.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * The incidents table: one row per incident, its events merged. The order and number of times in
 * which the events come does not matter. Thread-safe.
 */
public final class IncidentTable {
  private static final int ATTEMPTS = 8;

  private final DynamoDbClient dynamo;
  private final String table;
  private final Retention retention;
  private final BatchCalls batches;

  /**
   * @param retention after which an incident expires, from when its newest event was detected
   */
  public IncidentTable(DynamoDbClient dynamo, String table, Duration retention) {
    this(dynamo, table, Retention.of(retention));
  }

  /** A table whose rows stay as long as their kind does. */
  public IncidentTable(DynamoDbClient dynamo, String table, Retention retention) {
    this.batches = new BatchCalls(dynamo, table);
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
    return merge(List.of(event), get(event.incidentId()).orElse(null));
  }

  /**
   * What merging many events came to.
   *
   * @param repeated how many of them their incidents had before
   * @param failed incidents that are not merged, with the reason, by id
   */
  public record MergedAll(int repeated, Map<String, RuntimeException> failed) {}

  /**
   * Merges events into their incidents, each incident read and written once. What goes wrong with
   * one incident leaves the others alone.
   *
   * @param mayBegin whether there is time for another call; what is left then has failed
   */
  public MergedAll mergeAll(List<IncidentEvent> events, BooleanSupplier mayBegin) {
    Map<String, List<IncidentEvent>> byIncident = new LinkedHashMap<>();
    events.forEach(e -> byIncident.computeIfAbsent(e.incidentId(), i -> new ArrayList<>()).add(e));
    Map<String, Incident> seen = new HashMap<>();
    Map<String, RuntimeException> failed = new LinkedHashMap<>();
    RuntimeException notBegun = new IllegalStateException("not begun: no time left");
    try {
      if (mayBegin.getAsBoolean()) {
        read(byIncident.keySet(), seen, failed);
      } else {
        byIncident.keySet().forEach(id -> failed.put(id, notBegun));
      }
    } catch (SdkException e) {
      byIncident.keySet().forEach(id -> failed.put(id, e));
    }
    int repeated = 0;
    for (Map.Entry<String, List<IncidentEvent>> one : byIncident.entrySet()) {
      String id = one.getKey();
      if (failed.containsKey(id)) {
        continue;
      }
      if (!mayBegin.getAsBoolean()) {
        failed.put(id, notBegun);
        continue;
      }
      Incident before = seen.get(id);
      try {
        merge(one.getValue(), before);
      } catch (SdkException | IllegalStateException e) {
        failed.put(id, e);
        continue;
      }
      int newest = before == null ? -1 : before.sequence();
      repeated += (int) one.getValue().stream().filter(e -> e.sequence() <= newest).count();
    }
    return new MergedAll(repeated, failed);
  }

  private void read(
      Collection<String> ids, Map<String, Incident> seen, Map<String, RuntimeException> failed) {
    List<Map<String, AttributeValue>> unread =
        batches.read(
            ids.stream().map(IncidentTable::key).toList(),
            null,
            row -> {
              String id = Objects.requireNonNull(row.get(IncidentRow.ID)).s();
              try {
                seen.put(id, IncidentRow.read(row));
              } catch (UnreadableItemException e) {
                failed.put(id, e);
              }
            });
    for (Map<String, AttributeValue> key : unread) {
      failed.put(
          Objects.requireNonNull(key.get(IncidentRow.ID)).s(),
          new IllegalStateException("not read: the table is at the end of its throughput"));
    }
  }

  private Merged merge(List<IncidentEvent> events, @Nullable Incident first) {
    Incident seen = first;
    String id = events.getFirst().incidentId();
    Instant detectedAt =
        events.stream().map(IncidentEvent::detectedAt).max(Comparator.naturalOrder()).orElseThrow();
    ConditionalCheckFailedException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Incident merged = seen;
      for (IncidentEvent event : events) {
        merged = merged == null ? Incident.of(event) : merged.merge(event);
      }
      Incident whole = Objects.requireNonNull(merged);
      if (whole.equals(seen)) {
        return new Merged(whole, false);
      }
      try {
        long expiry = retention.expiry(detectedAt, whole.plate() != null);
        dynamo.updateItem(update(whole, seen, expiry));
        return new Merged(whole, true);
      } catch (ConditionalCheckFailedException e) {
        // Somebody else merged an event meanwhile: merge with what they wrote.
        last = e;
        seen = get(id).orElse(null);
      }
    }
    throw new IllegalStateException(
        "incident " + id + " changed under " + ATTEMPTS + " attempts to merge", last);
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
   * Notes that an incident's alert went out.
   *
   * @return false when that was noted before, or there is no such incident
   */
  public boolean markAlerted(String incidentId, Instant at) {
    return mark(incidentId, IncidentRow.ALERTED_AT, at);
  }

  /**
   * Notes that it was told that an incident has closed.
   *
   * @return false when that was noted before, or there is no such incident
   */
  public boolean markCloseAlerted(String incidentId, Instant at) {
    return mark(incidentId, IncidentRow.CLOSE_ALERTED_AT, at);
  }

  /** Ids of all incidents of a camera. */
  public List<String> idsOf(String cameraId) {
    return dynamo
        .queryPaginator(request ->
            request
                .tableName(table)
                .indexName("by_camera")
                .projectionExpression(IncidentRow.ID)
                .keyConditionExpression("camera_id = :camera")
                .expressionAttributeValues(Map.of(":camera", fromS(cameraId))))
        .items()
        .stream()
        .map(row -> Objects.requireNonNull(row.get(IncidentRow.ID)).s())
        .toList();
  }

  /**
   * Removes incidents; nothing happens for those that are not there.
   *
   * @throws IllegalStateException when DynamoDB, at the end of its throughput, left some
   */
  public void deleteAll(Collection<String> incidentIds) {
    List<WriteRequest> deletes =
        incidentIds.stream()
            .distinct()
            .map(id -> WriteRequest.builder().deleteRequest(d -> d.key(key(id))).build())
            .toList();
    int left = batches.write(deletes).size();
    if (left > 0) {
      throw new IllegalStateException(
          "%d of %d incidents are still there: try again".formatted(left, deletes.size()));
    }
  }

  private boolean mark(String incidentId, String attribute, Instant at) {
    try {
      dynamo.updateItem(request ->
          request
              .tableName(table)
              .key(key(incidentId))
              .conditionExpression("attribute_exists(incident_id) AND attribute_not_exists(#mark)")
              .updateExpression("SET #mark = :at")
              .expressionAttributeNames(Map.of("#mark", attribute))
              .expressionAttributeValues(Map.of(":at", fromS(Timestamps.format(at)))));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  private UpdateItemRequest update(Incident merged, @Nullable Incident seen, long expiresAt) {
    Map<String, AttributeValue> row = IncidentRow.write(merged);
    row.put(IncidentRow.EXPIRES_AT, fromN(Long.toString(expiresAt)));
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
