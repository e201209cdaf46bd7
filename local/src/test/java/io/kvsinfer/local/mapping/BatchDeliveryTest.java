package io.kvsinfer.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kvsinfer.contract.mapping.EventSourceMapping;
import io.kvsinfer.local.lambda.FunctionException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchDeliveryTest {
  private static final Instant NOW = Instant.parse("2026-11-21T02:48:00Z");
  private static final EventSourceMapping MAPPING = TestMappings.EVENTS;

  private final Counts counts = new Counts();
  private final List<GivenUpBatch> givenUp = new ArrayList<>();

  @Test
  void a_batch_that_is_taken_is_delivered_once() throws Exception {
    ScriptedFunction function = ScriptedFunction.willing();
    deliver(function, records(3, NOW));

    assertThat(batches(function)).containsExactly("0 1 2");
    assertThat(counts.delivered.sum()).isEqualTo(3);
    assertThat(counts.redelivered.sum()).isZero();
  }

  @Test
  void a_partial_answer_brings_the_rest_again_from_the_first_failed_record() throws Exception {
    Set<String> failedOnce = new HashSet<>();
    ScriptedFunction function =
        new ScriptedFunction(
            event -> failedOnce.add("once") ? failures("4", "2") : "{\"batchItemFailures\": []}");
    deliver(function, records(5, NOW));

    assertThat(batches(function)).containsExactly("0 1 2 3 4", "2 3 4");
    assertThat(counts.delivered.sum()).isEqualTo(5);
    assertThat(counts.redelivered.sum()).isEqualTo(3);
  }

  @Test
  void a_batch_that_fails_is_halved_until_the_poisonous_record_stands_alone() throws Exception {
    ScriptedFunction function =
        new ScriptedFunction(event -> {
          if (has(event, "2")) {
            throw new FunctionException("java.lang.IllegalStateException", "no");
          }
          return "";
        });
    deliver(function, records(4, NOW));

    assertThat(batches(function))
        .startsWith("0 1 2 3", "0 1", "2 3", "2")
        .endsWith("2", "3")
        .hasSize(4 + MAPPING.maxRetries() + 1);
    assertThat(counts.delivered.sum()).isEqualTo(3);
    assertThat(givenUp)
        .singleElement()
        .satisfies(batch -> {
          assertThat(batch.condition()).isEqualTo("RetryAttemptsExhausted");
          assertThat(batch.records()).extracting(StreamRecord::sequenceNumber).containsExactly("2");
          assertThat(batch.invocations()).isEqualTo(3 + MAPPING.maxRetries());
        });
  }

  @Test
  void a_first_record_that_is_always_given_back_is_given_up_and_the_others_go_on()
      throws Exception {
    ScriptedFunction function =
        new ScriptedFunction(event -> has(event, "0") ? failures("0") : "null");
    deliver(function, records(2, NOW));

    assertThat(batches(function)).endsWith("0", "1");
    assertThat(counts.givenUp.sum()).isEqualTo(1);
    assertThat(counts.delivered.sum()).isEqualTo(1);
  }

  @Test
  void records_that_are_too_old_are_given_up_without_an_invocation() throws Exception {
    ScriptedFunction function = ScriptedFunction.willing();
    List<StreamRecord> batch =
        new ArrayList<>(records(2, NOW.minus(MAPPING.maxRecordAge()).minusMillis(1)));
    batch.addAll(records(1, NOW));
    deliver(function, batch);

    assertThat(batches(function)).containsExactly("0");
    assertThat(givenUp)
        .singleElement()
        .extracting(GivenUpBatch::condition)
        .isEqualTo("RecordAgeExceeded");
  }

  @Test
  void answers_are_read_as_lambda_reads_them() {
    List<StreamRecord> batch = records(3, NOW);

    for (String success : List.of("", "null", "{}", "{\"batchItemFailures\": null}", failures())) {
      assertThat(answer(success, batch)).as(success).isEqualTo(new Answer.Done());
    }
    assertThat(answer(failures("2", "1"), batch)).isEqualTo(new Answer.From(1));
    assertThat(answer(failures("9"), batch)).isEqualTo(new Answer.From(0));
    assertThat(answer("{\"batchItemFailures\": [{}]}", batch)).isEqualTo(new Answer.From(0));
    assertThat(answer("no json", batch)).isEqualTo(new Answer.From(0));
  }

  private void deliver(ScriptedFunction function, List<StreamRecord> batch) throws Exception {
    new BatchDelivery(
            MAPPING,
            new NoStream(),
            "shard",
            function,
            givenUp::add,
            () -> NOW,
            attempt -> {},
            counts)
        .deliver(batch);
  }

  private static Answer answer(String json, List<StreamRecord> batch) {
    return Answer.of(json.getBytes(StandardCharsets.UTF_8), batch);
  }

  private static List<StreamRecord> records(int count, Instant at) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            new StreamRecord(
                Integer.toString(i), at, JsonNodeFactory.instance.objectNode().put("n", i)))
        .toList();
  }

  private static List<String> batches(ScriptedFunction function) {
    return function.events.stream()
        .map(event ->
            String.join(
                " ", event.path("Records").valueStream().map(r -> r.path("n").asText()).toList()))
        .toList();
  }

  private static boolean has(JsonNode event, String record) {
    return event.path("Records").valueStream().anyMatch(r -> r.path("n").asText().equals(record));
  }

  private static String failures(String... ids) {
    var json = JsonNodeFactory.instance.objectNode();
    var list = json.putArray("batchItemFailures");
    for (String id : ids) {
      list.addObject().put("itemIdentifier", id);
    }
    return json.toString();
  }

  /** Nothing is read here. */
  private static final class NoStream implements RecordStream {
    @Override
    public String arn() {
      return "arn";
    }

    @Override
    public String batchInfoName() {
      return "KinesisBatchInfo";
    }

    @Override
    public List<Shard> shards() {
      return List.of();
    }

    @Override
    public String iterator(String shard, @Nullable String after) {
      return "iterator";
    }

    @Override
    public Page read(String shard, String iterator, int limit) {
      return new Page(List.of(), null, true);
    }
  }
}
