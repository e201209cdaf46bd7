package io.kvsinfer.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvsinfer.embedded.LocalKinesis;
import io.kvsinfer.embedded.LocalS3;
import io.kvsinfer.local.lambda.FunctionException;
import io.kvsinfer.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;
import software.amazon.awssdk.services.s3.S3Client;

class KinesisEventSourceTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @TempDir static Path folder;

  private static LocalKinesis kinesis;
  private static KinesisClient client;

  @BeforeAll
  static void start() {
    kinesis = LocalKinesis.start(folder.resolve("kinesis.log"));
    client = Clients.of(KinesisClient.builder(), kinesis.endpoint());
  }

  @AfterAll
  static void stop() {
    client.close();
    kinesis.close();
  }

  @Test
  void records_arrive_in_order_as_lambdas_own_event_class_reads_them() throws Exception {
    create("ordered");
    ScriptedFunction function = ScriptedFunction.willing();
    put("ordered", 0, 250);
    try (EventSource source = source("ordered", function, batch -> {})) {
      assertThat(source.awaitDrained(DEADLINE)).isTrue();
      assertThat(source.recordsDelivered()).isEqualTo(250);
      assertThat(source.recordsRedelivered()).isZero();
      put("ordered", 250, 260);
      assertThat(source.awaitDrained(DEADLINE)).isTrue();
      assertThat(source.invocations()).isEqualTo(function.events.size());
    }

    assertThat(texts(function)).containsExactlyElementsOf(numbers(0, 260));
    assertThat(function.events)
        .allSatisfy(event -> assertThat(event.path("Records").size()).isBetween(1, 100));
    KinesisEvent event =
        LambdaEventSerializers.serializerFor(
                KinesisEvent.class, KinesisEventSourceTest.class.getClassLoader())
            .fromJson(function.events.getFirst().toString());
    KinesisEvent.KinesisEventRecord first = event.getRecords().getFirst();
    assertThat(StandardCharsets.UTF_8.decode(first.getKinesis().getData()).toString())
        .isEqualTo("0");
    assertThat(first.getKinesis().getPartitionKey()).isEqualTo("gate");
    assertThat(first.getKinesis().getApproximateArrivalTimestamp()).isNotNull();
    assertThat(first.getEventID())
        .isEqualTo("shardId-000000000000:" + first.getKinesis().getSequenceNumber());
    assertThat(first.getEventSourceARN()).endsWith(":stream/ordered");
    assertThat(first.getAwsRegion()).isEqualTo(Clients.REGION);
  }

  @Test
  void a_split_shard_is_read_before_its_children() throws Exception {
    create("split");
    put("split", 0, 20);
    client.splitShard(r ->
        r.streamName("split")
            .shardToSplit("shardId-000000000000")
            .newStartingHashKey("170141183460469231731687303715884105728"));
    awaitActive("split");
    put("split", 20, 40);
    ScriptedFunction function = ScriptedFunction.willing();
    try (EventSource source = source("split", function, batch -> {})) {
      assertThat(source.awaitDrained(DEADLINE)).isTrue();
    }

    assertThat(texts(function)).containsExactlyElementsOf(numbers(0, 40));
  }

  @Test
  void a_record_that_is_never_taken_is_described_in_the_bucket() throws Exception {
    create("poison");
    put("poison", 0, 3);
    ScriptedFunction function =
        new ScriptedFunction(event -> {
          if (event.toString().contains(base64("1"))) {
            throw new FunctionException("java.lang.IllegalStateException", "poison");
          }
          return "";
        });
    try (LocalS3 s3 = LocalS3.start(folder.resolve("objects"));
        S3Client objects = Clients.of(S3Client.builder(), s3.endpoint())) {
      objects.createBucket(r -> r.bucket("media"));
      FailureDestination failures =
          FailureDestination.s3(objects, "media", "events", InstantSource.system());
      try (EventSource source = source("poison", function, failures)) {
        assertThat(source.awaitDrained(DEADLINE)).isTrue();
        assertThat(source.recordsDelivered()).isEqualTo(2);
        assertThat(source.recordsGivenUp()).isEqualTo(1);
        assertThat(source.recordsRedelivered()).isPositive();
      }

      String key =
          objects
              .listObjectsV2(r -> r.bucket("media").prefix("aws/lambda/events/shardId-"))
              .contents()
              .getFirst()
              .key();
      JsonNode json =
          new ObjectMapper()
              .readTree(
                  objects.getObjectAsBytes(r -> r.bucket("media").key(key)).asByteArrayUnsafe());
      assertThat(json.at("/requestContext/condition").asText()).isEqualTo("RetryAttemptsExhausted");
      assertThat(json.at("/KinesisBatchInfo/batchSize").asInt()).isEqualTo(1);
      assertThat(json.path("payload").asText()).contains(base64("1"));
    }
  }

  private static EventSource source(
      String stream, ScriptedFunction function, FailureDestination failures) {
    return EventSource.start(
        TestMappings.EVENTS,
        RecordStream.kinesis(client, stream, Clients.REGION),
        function,
        failures,
        InstantSource.system(),
        attempt -> {});
  }

  private static void create(String stream) throws Exception {
    client.createStream(r -> r.streamName(stream).shardCount(1));
    awaitActive(stream);
  }

  private static void awaitActive(String stream) throws Exception {
    Eventually.until(
        "the stream is active",
        DEADLINE,
        () ->
            client
                .describeStreamSummary(r -> r.streamName(stream))
                .streamDescriptionSummary()
                .streamStatus()
                .equals(StreamStatus.ACTIVE));
  }

  private static void put(String stream, int from, int to) {
    for (String text : numbers(from, to)) {
      client.putRecord(
          r -> r.streamName(stream).partitionKey("gate").data(SdkBytes.fromUtf8String(text)));
    }
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  private static List<String> texts(ScriptedFunction function) throws Exception {
    List<String> texts = new ArrayList<>();
    for (JsonNode record : function.records()) {
      texts.add(new String(record.at("/kinesis/data").binaryValue(), StandardCharsets.UTF_8));
    }
    return texts;
  }

  private static String base64(String text) {
    return '"'
        + java.util.Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
        + '"';
  }
}
