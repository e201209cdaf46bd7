package io.kvsinfer.local.mapping;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.mapping.EventSourceMapping;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Where batches that were given up are described, with their records. */
@FunctionalInterface
public interface FailureDestination {
  /** Keeps it; throws the SDK's exceptions. */
  void put(GivenUpBatch batch);

  /**
   * Objects of a bucket, with the keys and in the shape that Lambda writes to S3.
   *
   * @param mapping stands where Lambda puts the mapping's UUID
   */
  static FailureDestination s3(S3Client s3, String bucket, String mapping, InstantSource clock) {
    DateTimeFormatter folders = DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);
    DateTimeFormatter time =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH.mm.ss").withZone(ZoneOffset.UTC);
    return batch -> {
      Instant now = clock.instant();
      String key =
          "%s%s/%s/%s/%s-%s"
              .formatted(
                  EventSourceMapping.GIVEN_UP,
                  mapping,
                  batch.shard(),
                  folders.format(now),
                  time.format(now),
                  UUID.randomUUID());
      s3.putObject(
          r -> r.bucket(bucket).key(key).contentType("application/json"),
          RequestBody.fromString(describe(batch, now).toString()));
    };
  }

  private static ObjectNode describe(GivenUpBatch batch, Instant now) {
    StreamRecord first = batch.records().getFirst();
    StreamRecord last = batch.records().getLast();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("requestContext")
        .put("requestId", UUID.randomUUID().toString())
        .put("functionArn", batch.function())
        .put("condition", batch.condition())
        .put("approximateInvokeCount", batch.invocations());
    json.put("version", "1.0");
    json.put("timestamp", now.toString());
    json.putObject(batch.stream().batchInfoName())
        .put("shardId", batch.shard())
        .put("startSequenceNumber", first.sequenceNumber())
        .put("endSequenceNumber", last.sequenceNumber())
        .put("approximateArrivalOfFirstRecord", first.arrivedAt().toString())
        .put("approximateArrivalOfLastRecord", last.arrivedAt().toString())
        .put("batchSize", batch.records().size())
        .put("streamArn", batch.stream().arn());
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    ArrayNode records = payload.putArray("Records");
    batch.records().forEach(record -> records.add(record.json()));
    json.put("payload", payload.toString());
    return json;
  }
}
