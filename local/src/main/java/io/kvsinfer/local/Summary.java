package io.kvsinfer.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What a run of {@code kvs-infer local} came to; {@code --json} prints it as its last line.
 *
 * @param expectedIncidents null when no scene with ground truth was played
 * @param p50 of capture to event, in milliseconds; null when no event was stored
 * @param p99 likewise
 */
record Summary(
    int cameras,
    long frames,
    int incidents,
    @Nullable Integer expectedIncidents,
    int eventsPublished,
    int eventsStored,
    long recordsRedelivered,
    int snapshots,
    int archiveObjects,
    int duplicates,
    int lost,
    @Nullable Long p50,
    @Nullable Long p99) {
  private static final JsonMapper JSON = new JsonMapper();

  String json() {
    ObjectNode line = JSON.createObjectNode();
    line.put("cameras", cameras);
    line.put("frames", frames);
    line.put("incidents", incidents);
    if (expectedIncidents != null) {
      line.put("expected_incidents", expectedIncidents);
    }
    line.put("events_published", eventsPublished);
    line.put("events_stored", eventsStored);
    line.put("records_redelivered", recordsRedelivered);
    line.put("snapshots", snapshots);
    line.put("archive_objects", archiveObjects);
    line.put("duplicates", duplicates);
    line.put("lost", lost);
    ObjectNode latency = line.putObject("capture_to_event_ms");
    if (p50 != null && p99 != null) {
      latency.put("p50", p50);
      latency.put("p99", p99);
    }
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of numbers is always JSON", e);
    }
  }
}
