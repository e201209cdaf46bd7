package io.kvsinfer.local.mapping;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** A Kinesis data stream, its records in the shape of Lambda's Kinesis event. */
final class KinesisRecords implements RecordStream {
  private static final double MILLIS = 1000.0;

  private final KinesisClient client;
  private final String stream;
  private final String region;
  private final String arn;

  KinesisRecords(KinesisClient client, String stream, String region) {
    this.client = client;
    this.stream = stream;
    this.region = region;
    this.arn =
        client
            .describeStreamSummary(r -> r.streamName(stream))
            .streamDescriptionSummary()
            .streamARN();
  }

  @Override
  public String arn() {
    return arn;
  }

  @Override
  public String batchInfoName() {
    return "KinesisBatchInfo";
  }

  @Override
  public List<Shard> shards() {
    return client.listShards(r -> r.streamName(stream)).shards().stream()
        .map(s -> new Shard(s.shardId(), parents(s.parentShardId(), s.adjacentParentShardId())))
        .toList();
  }

  private static Set<String> parents(@Nullable String one, @Nullable String other) {
    Set<String> parents = new HashSet<>();
    if (one != null) {
      parents.add(one);
    }
    if (other != null) {
      parents.add(other);
    }
    return parents;
  }

  @Override
  public String iterator(String shard, @Nullable String after) {
    GetShardIteratorRequest.Builder request =
        GetShardIteratorRequest.builder().streamName(stream).shardId(shard);
    if (after == null) {
      request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
    } else {
      request
          .shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
          .startingSequenceNumber(after);
    }
    return client.getShardIterator(request.build()).shardIterator();
  }

  @Override
  public Page read(String shard, String iterator, int limit) {
    GetRecordsResponse answer =
        client.getRecords(r -> r.shardIterator(iterator).limit(limit).streamARN(arn));
    List<StreamRecord> records =
        answer.records().stream()
            .map(r ->
                new StreamRecord(
                    r.sequenceNumber(), r.approximateArrivalTimestamp(), json(shard, r)))
            .toList();
    boolean behind = answer.millisBehindLatest() != null && answer.millisBehindLatest() > 0;
    return new Page(records, answer.nextShardIterator(), records.isEmpty() && !behind);
  }

  private ObjectNode json(String shard, Record record) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode kinesis = json.putObject("kinesis");
    kinesis.put("kinesisSchemaVersion", "1.0");
    kinesis.put("partitionKey", record.partitionKey());
    kinesis.put("sequenceNumber", record.sequenceNumber());
    kinesis.put("data", record.data().asByteArrayUnsafe());
    kinesis.put(
        "approximateArrivalTimestamp",
        record.approximateArrivalTimestamp().toEpochMilli() / MILLIS);
    json.put("eventSource", "aws:kinesis");
    json.put("eventVersion", "1.0");
    json.put("eventID", shard + ":" + record.sequenceNumber());
    json.put("eventName", "aws:kinesis:record");
    json.put("invokeIdentityArn", "arn:aws:iam::000000000000:role/local");
    json.put("awsRegion", region);
    json.put("eventSourceARN", arn);
    return json;
  }
}
