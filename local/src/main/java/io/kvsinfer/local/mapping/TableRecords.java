package io.kvsinfer.local.mapping;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamDescription;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** The stream of a DynamoDB table, its records in the shape of Lambda's DynamoDB event. */
final class TableRecords implements RecordStream {
  private final DynamoDbStreamsClient client;
  private final String region;
  private final String arn;

  TableRecords(DynamoDbClient tables, DynamoDbStreamsClient client, String table, String region) {
    this.client = client;
    this.region = region;
    String found = tables.describeTable(r -> r.tableName(table)).table().latestStreamArn();
    if (found == null) {
      throw new IllegalArgumentException("table " + table + " has no stream");
    }
    this.arn = found;
  }

  @Override
  public String arn() {
    return arn;
  }

  @Override
  public String batchInfoName() {
    return "DDBStreamBatchInfo";
  }

  @Override
  public List<Shard> shards() {
    List<Shard> shards = new ArrayList<>();
    String last = null;
    do {
      DescribeStreamRequest.Builder request = DescribeStreamRequest.builder().streamArn(arn);
      if (last != null) {
        request.exclusiveStartShardId(last);
      }
      StreamDescription page = client.describeStream(request.build()).streamDescription();
      page.shards().forEach(s -> shards.add(new Shard(s.shardId(), parent(s.parentShardId()))));
      last = page.lastEvaluatedShardId();
    } while (last != null);
    return shards;
  }

  private static Set<String> parent(@Nullable String id) {
    return id == null ? Set.of() : Set.of(id);
  }

  @Override
  public String iterator(String shard, @Nullable String after) {
    GetShardIteratorRequest.Builder request =
        GetShardIteratorRequest.builder().streamArn(arn).shardId(shard);
    if (after == null) {
      request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
    } else {
      request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER).sequenceNumber(after);
    }
    return client.getShardIterator(request.build()).shardIterator();
  }

  @Override
  public Page read(String shard, String iterator, int limit) {
    GetRecordsResponse answer = client.getRecords(r -> r.shardIterator(iterator).limit(limit));
    List<StreamRecord> records =
        answer.records().stream()
            .map(r ->
                new StreamRecord(
                    r.dynamodb().sequenceNumber(),
                    r.dynamodb().approximateCreationDateTime(),
                    json(r)))
            .toList();
    return new Page(records, answer.nextShardIterator(), records.isEmpty());
  }

  private ObjectNode json(Record record) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("eventID", record.eventID());
    json.put("eventName", record.eventNameAsString());
    json.put("eventVersion", "1.1");
    json.put("eventSource", "aws:dynamodb");
    json.put("awsRegion", region);
    var change = record.dynamodb();
    ObjectNode dynamodb = json.putObject("dynamodb");
    dynamodb.put(
        "ApproximateCreationDateTime", change.approximateCreationDateTime().getEpochSecond());
    dynamodb.set("Keys", AttributeJson.map(change.keys()));
    if (change.hasNewImage()) {
      dynamodb.set("NewImage", AttributeJson.map(change.newImage()));
    }
    if (change.hasOldImage()) {
      dynamodb.set("OldImage", AttributeJson.map(change.oldImage()));
    }
    dynamodb.put("SequenceNumber", change.sequenceNumber());
    dynamodb.put("SizeBytes", change.sizeBytes());
    dynamodb.put("StreamViewType", change.streamViewTypeAsString());
    json.put("eventSourceARN", arn);
    if (record.userIdentity() != null) {
      json.putObject("userIdentity")
          .put("type", record.userIdentity().type())
          .put("principalId", record.userIdentity().principalId());
    }
    return json;
  }
}
