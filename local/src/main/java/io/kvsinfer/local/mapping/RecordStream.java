package io.kvsinfer.local.mapping;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** A stream as an event source mapping reads it; its methods throw the SDK's exceptions. */
public interface RecordStream {

  /** A Kinesis data stream. */
  static RecordStream kinesis(KinesisClient client, String stream, String region) {
    return new KinesisRecords(client, stream, region);
  }

  /** The stream of a table. */
  static RecordStream table(
      DynamoDbClient tables, DynamoDbStreamsClient streams, String table, String region) {
    return new TableRecords(tables, streams, table, region);
  }

  /** Its ARN. */
  String arn();

  /** Its shards, those that are closed included. */
  List<Shard> shards();

  /**
   * An iterator.
   *
   * @param after sequence number of the last record that was read; null from the oldest on
   */
  String iterator(String shard, @Nullable String after);

  /** Reads on. */
  Page read(String shard, String iterator, int limit);

  /** Name of what tells about batches of this stream that were given up. */
  String batchInfoName();

  /**
   * A shard.
   *
   * @param parents shards that were split or merged into it
   */
  record Shard(String id, Set<String> parents) {
    public Shard {
      parents = Set.copyOf(parents);
    }
  }

  /**
   * What a read gave.
   *
   * @param next iterator of the next read; null at the end of a closed shard
   * @param atTip whether nothing was there any more at the time of the read
   */
  record Page(List<StreamRecord> records, @Nullable String next, boolean atTip) {
    public Page {
      records = List.copyOf(records);
    }
  }
}
