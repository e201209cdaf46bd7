package io.kvsinfer.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.store.Items;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Looks at what a run left in the stream, the tables, the bucket and the journals. */
final class Inspection {
  private static final JsonMapper JSON = new JsonMapper();

  private final DynamoDbClient dynamo;
  private final S3Client s3;
  private final KinesisClient kinesis;
  private final Names names;

  /** Names of what is looked at. */
  record Names(String eventsTable, String incidentsTable, String stream, String bucket) {}

  Inspection(DynamoDbClient dynamo, S3Client s3, KinesisClient kinesis, Names names) {
    this.dynamo = dynamo;
    this.s3 = s3;
    this.kinesis = kinesis;
    this.names = names;
  }

  /** Rows of the events table. */
  List<JsonNode> events() {
    return rows(names.eventsTable);
  }

  /** Rows of the incidents table, by start. */
  List<Judgement.Seen> incidents() {
    return rows(names.incidentsTable).stream()
        .map(Inspection::seen)
        .sorted(Comparator.comparing(Judgement.Seen::startedAt))
        .toList();
  }

  /** Ids of the events on the stream, each once, however often it was sent. */
  Set<String> published() throws IOException {
    Set<String> ids = new HashSet<>();
    for (var shard : kinesis.listShards(r -> r.streamName(names.stream)).shards()) {
      String iterator =
          kinesis
              .getShardIterator(r ->
                  r.streamName(names.stream)
                      .shardId(shard.shardId())
                      .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
              .shardIterator();
      while (iterator != null) {
        String at = iterator;
        GetRecordsResponse page = kinesis.getRecords(r -> r.shardIterator(at).limit(1000));
        for (var record : page.records()) {
          JsonNode id = JSON.readTree(record.data().asByteArray()).path("event_id");
          if (id.isTextual()) {
            ids.add(id.textValue());
          }
        }
        iterator = page.records().isEmpty() ? null : page.nextShardIterator();
      }
    }
    return ids;
  }

  /** Keys in the bucket. */
  Set<String> keys() {
    Set<String> keys = new HashSet<>();
    s3.listObjectsV2Paginator(r -> r.bucket(names.bucket)).contents().stream()
        .map(S3Object::key)
        .forEach(keys::add);
    return keys;
  }

  /** Ids of the events in the archive objects among {@code keys}. */
  Set<String> archived(Set<String> keys) throws IOException {
    Set<String> ids = new HashSet<>();
    for (String key : keys) {
      if (!isArchive(key)) {
        continue;
      }
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(
                  new GZIPInputStream(s3.getObject(r -> r.bucket(names.bucket).key(key))),
                  StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          ids.add(JSON.readTree(line).path("event_id").asText());
        }
      }
    }
    return ids;
  }

  static boolean isArchive(String key) {
    return key.startsWith("events/") && key.endsWith(".jsonl.gz");
  }

  static boolean isSnapshot(String key) {
    return key.startsWith("media/") && key.endsWith("-snapshot.jpg");
  }

  /**
   * Events that a worker decided, as its journal says, and that did not arrive everywhere: in the
   * table, in the archive and with all their pictures.
   */
  static List<String> lost(Path journal, Set<String> stored, Set<String> archived, Set<String> keys)
      throws IOException {
    List<String> lost = new ArrayList<>();
    if (!Files.exists(journal)) {
      return lost;
    }
    for (String line : Files.readAllLines(journal)) {
      JsonNode entry;
      try {
        entry = JSON.readTree(line);
      } catch (JsonProcessingException tornByAKill) {
        continue;
      }
      String id = entry.path("event_id").asText();
      boolean pictures = true;
      for (JsonNode key : entry.path("keys")) {
        pictures &= keys.contains(key.asText());
      }
      if (!stored.contains(id) || !archived.contains(id) || !pictures) {
        lost.add(id);
      }
    }
    return lost.stream().distinct().toList();
  }

  /** Milliseconds from capture to publication of the opening events, ascending. */
  static List<Long> latencies(List<JsonNode> events) {
    return events.stream()
        .filter(e -> e.path("phase").asText().equals("opened"))
        .filter(e -> e.hasNonNull("published_at") && !e.path("late").asBoolean())
        .map(e ->
            Duration.between(
                    Instant.parse(e.path("captured_at").asText()),
                    Instant.parse(e.path("published_at").asText()))
                .toMillis())
        .sorted()
        .toList();
  }

  /** The value below which a share of the ascending values lies; null when there are none. */
  static @Nullable Long percentile(List<Long> ascending, double share) {
    return ascending.isEmpty()
        ? null
        : ascending.get((int) Math.min(ascending.size() - 1L, (long) (ascending.size() * share)));
  }

  private List<JsonNode> rows(String table) {
    List<JsonNode> rows = new ArrayList<>();
    dynamo
        .scanPaginator(r -> r.tableName(table).consistentRead(true))
        .items()
        .forEach(item -> rows.add(Items.toTree(item)));
    return rows;
  }

  private static Judgement.Seen seen(JsonNode row) {
    JsonNode evidence = row.path("evidence");
    JsonNode box = evidence.path("box");
    String ended = row.path("ended_at").asText("");
    String annotated = evidence.path("annotated").path("key").asText("");
    return new Judgement.Seen(
        row.path("camera_id").asText(),
        row.path("incident_id").asText(),
        row.path("label").asText(),
        Instant.parse(row.path("started_at").asText()),
        ended.isEmpty() ? null : Instant.parse(ended),
        evidence.path("confidence").asDouble(),
        new Box(
            box.path("x").asDouble(),
            box.path("y").asDouble(),
            box.path("width").asDouble(),
            box.path("height").asDouble()),
        annotated.isEmpty() ? null : annotated);
  }
}
