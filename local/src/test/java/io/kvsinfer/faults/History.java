package io.kvsinfer.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.store.MediaKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * What tables, archive, bucket and alerts hold, judged against what the cameras recorded.
 *
 * @param real incidents that happened
 * @param lost events of them that are missing in table or archive, pictures that are missing, rows
 *     that are not closed
 * @param doubled rows of events and incidents that nothing real explains
 * @param alertsLost incidents that nobody was told of
 * @param alertsRepeated messages beyond the first of their {@code dedup_id}
 * @param fenced records of workers that had lost their lease, kept aside
 */
record History(int real, int lost, int doubled, int alertsLost, int alertsRepeated, int fenced) {
  private static final JsonMapper JSON = new JsonMapper();

  static History of(Bench bench, List<Footage> cameras) throws IOException {
    Set<String> ofCameras = cameras.stream().map(Footage::camera).collect(Collectors.toSet());
    List<IncidentEvent> truth =
        cameras.stream().flatMap(c -> c.events(Bench.BUCKET).stream()).toList();
    Set<String> expected = ids(truth);
    Set<String> incidents =
        truth.stream().map(IncidentEvent::incidentId).collect(Collectors.toSet());
    Set<String> keys = new HashSet<>();
    bench.s3.listObjectsV2Paginator(r -> r.bucket(Bench.BUCKET)).contents().stream()
        .map(S3Object::key)
        .forEach(keys::add);

    Set<String> stored = new HashSet<>();
    bench
        .dynamo
        .scanPaginator(r -> r.tableName(Tables.EVENTS.name()).consistentRead(true))
        .items()
        .stream()
        .filter(row -> ofCameras.contains(text(row.get("camera_id"))))
        .forEach(row -> stored.add(text(row.get("event_id"))));
    Set<String> archived = archived(bench, keys);
    Set<String> closed = new HashSet<>();
    Set<String> rows = new HashSet<>();
    bench
        .dynamo
        .scanPaginator(r -> r.tableName(Tables.INCIDENTS.name()).consistentRead(true))
        .items()
        .stream()
        .filter(row -> ofCameras.contains(text(row.get("camera_id"))))
        .forEach(row -> {
          rows.add(text(row.get("incident_id")));
          if (text(row.get("phase")).equals("closed")) {
            closed.add(text(row.get("incident_id")));
          }
        });

    int lost = missing(expected, stored) + missing(expected, archived) + missing(incidents, closed);
    for (IncidentEvent event : truth) {
      var snapshot = event.snapshot();
      if (snapshot != null && !keys.contains(snapshot.key())) {
        lost++;
      }
    }
    List<String> told = told(bench, incidents);
    Set<String> toldOnce = new HashSet<>(told);
    return new History(
        incidents.size(),
        lost,
        missing(stored, expected) + missing(rows, incidents),
        missing(incidents, toldOnce),
        told.size() - toldOnce.size(),
        (int)
            keys.stream()
                .filter(k -> ofCameras.stream().anyMatch(c -> k.startsWith(MediaKeys.fencedOf(c))))
                .count());
  }

  private static List<String> told(Bench bench, Set<String> incidents) throws IOException {
    List<String> told = new ArrayList<>();
    for (String line : bench.alertLines()) {
      JsonNode message = JSON.readTree(JSON.readTree(line).path("message").asText());
      String id = message.path("dedup_id").asText();
      if (incidents.contains(id)) {
        told.add(id);
      }
    }
    return told;
  }

  private static Set<String> archived(Bench bench, Set<String> keys) throws IOException {
    Set<String> ids = new HashSet<>();
    for (String key : keys) {
      if (!key.startsWith(MediaKeys.ARCHIVE)) {
        continue;
      }
      byte[] bytes = bench.s3.getObjectAsBytes(r -> r.bucket(Bench.BUCKET).key(key)).asByteArray();
      try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
          ids.add(JSON.readTree(line).path("event_id").asText());
        }
      }
    }
    return ids;
  }

  private static Set<String> ids(List<IncidentEvent> events) {
    return events.stream().map(IncidentEvent::eventId).collect(Collectors.toSet());
  }

  private static int missing(Set<String> wanted, Set<String> there) {
    return (int) wanted.stream().filter(w -> !there.contains(w)).count();
  }

  private static String text(@Nullable AttributeValue value) {
    return value == null ? "" : value.s();
  }
}
