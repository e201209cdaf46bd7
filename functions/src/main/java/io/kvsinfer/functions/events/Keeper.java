package io.kvsinfer.functions.events;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.time.Timestamps;
import io.kvsinfer.store.MediaKeys;
import io.kvsinfer.store.PoisonRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * What the events function keeps in the media bucket: archive, poison and fenced records. Keys and
 * bytes are the same for the same records, so that a repeated batch writes the same objects.
 */
final class Keeper {
  private static final JsonMapper JSON = new JsonMapper();

  private final S3Client s3;
  private final String bucket;

  Keeper(S3Client s3, String bucket) {
    this.s3 = s3;
    this.bucket = bucket;
  }

  /**
   * An event to be archived, and where it came from.
   *
   * @param index in the batch
   */
  record Line(int index, IncidentEvent event, StreamInput input) {}

  /**
   * Archives events, one object for each hour of capture and shard.
   *
   * @return number of objects
   */
  int archive(List<Line> lines) {
    Map<String, List<Line>> objects = new TreeMap<>();
    for (Line line : lines) {
      String hour =
          line.input().shard()
              + line.event().capturedAt().truncatedTo(ChronoUnit.HOURS).getEpochSecond();
      objects.computeIfAbsent(hour, key -> new ArrayList<>()).add(line);
    }
    for (List<Line> some : objects.values()) {
      Line first = some.getFirst();
      String key =
          MediaKeys.archive(
              first.event().capturedAt(),
              first.input().shard(),
              first.input().sequenceNumber(),
              some.getLast().input().sequenceNumber());
      put(key, "application/gzip", gzip(some));
    }
    return objects.size();
  }

  /** Keeps a record that cannot be stored, with the reason. */
  void poison(StreamInput input, String reason) {
    PoisonRecord record =
        new PoisonRecord(
            input.shard(),
            input.sequenceNumber(),
            input.partitionKey(),
            input.arrivedAt(),
            reason,
            input.data());
    put(record.key(), "application/json", record.toJson());
  }

  /** Keeps an event of a worker that had lost its lease. */
  void fenced(StreamInput input, IncidentEvent event) {
    ObjectNode kept = describe(input);
    kept.set("event", EventCodec.tree(event));
    put(
        MediaKeys.fenced(
            event.cameraId(), event.capturedAt(), input.shard(), input.sequenceNumber()),
        "application/json",
        bytes(kept));
  }

  private static ObjectNode describe(StreamInput input) {
    ObjectNode kept = JSON.createObjectNode();
    kept.put("shard", input.shard());
    kept.put("sequence_number", input.sequenceNumber());
    kept.put("partition_key", input.partitionKey());
    Instant arrivedAt = input.arrivedAt();
    kept.put("arrived_at", Timestamps.format(arrivedAt));
    return kept;
  }

  private static byte[] gzip(List<Line> lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      for (Line line : lines) {
        out.write(EventCodec.write(line.event()));
        out.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static byte[] bytes(ObjectNode tree) {
    try {
      return JSON.writeValueAsBytes(tree);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  private void put(String key, String contentType, byte[] bytes) {
    s3.putObject(
        request -> request.bucket(bucket).key(key).contentType(contentType),
        RequestBody.fromBytes(bytes));
  }
}
