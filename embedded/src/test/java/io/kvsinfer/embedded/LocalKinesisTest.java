package io.kvsinfer.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

class LocalKinesisTest {
  private static final String STREAM = "events";

  @TempDir Path folder;

  @Test
  void records_come_back_in_order() throws Exception {
    try (LocalKinesis local = LocalKinesis.start(folder.resolve("kinesis.log"));
        KinesisClient client = Clients.of(KinesisClient.builder(), local.endpoint())) {
      client.createStream(r -> r.streamName(STREAM).shardCount(1));
      Eventually.until(
          "the stream is active",
          Duration.ofSeconds(20),
          () ->
              client
                  .describeStreamSummary(r -> r.streamName(STREAM))
                  .streamDescriptionSummary()
                  .streamStatus()
                  .equals(StreamStatus.ACTIVE));
      put(client, "one");
      put(client, "two");

      assertThat(records(client)).containsExactly("one", "two");
    }
  }

  @Test
  void what_is_not_installed_is_named_with_what_to_do() {
    assertThatThrownBy(() -> RepositoryFolder.require("embedded/no-such-thing"))
        .isInstanceOf(EmbeddedServiceException.class)
        .hasMessageContaining("embedded/no-such-thing")
        .hasMessageContaining("build the project");
  }

  private static void put(KinesisClient client, String text) {
    client.putRecord(
        r -> r.streamName(STREAM).partitionKey("gate").data(SdkBytes.fromUtf8String(text)));
  }

  private static List<String> records(KinesisClient client) {
    String shard = client.listShards(r -> r.streamName(STREAM)).shards().getFirst().shardId();
    String iterator =
        client
            .getShardIterator(r ->
                r.streamName(STREAM)
                    .shardId(shard)
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .shardIterator();
    return client.getRecords(r -> r.shardIterator(iterator)).records().stream()
        .map(Record::data)
        .map(SdkBytes::asUtf8String)
        .toList();
  }
}
