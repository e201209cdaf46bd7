package io.kvsinfer.local.mapping;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.mapping.EventSourceMapping;
import io.kvsinfer.local.lambda.FunctionException;
import io.kvsinfer.local.lambda.LambdaFunction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Brings batches of one shard to a function as Lambda does: what a partial answer leaves comes
 * again from the first failed record; a batch that fails as a whole is halved, which is no retry;
 * what cannot be halved is retried, and given up after the mapping's retries or age. Order is kept.
 */
final class BatchDelivery {
  private static final Logger LOG = LoggerFactory.getLogger(BatchDelivery.class);

  private final EventSourceMapping mapping;
  private final RecordStream stream;
  private final String shard;
  private final LambdaFunction function;
  private final FailureDestination failures;
  private final InstantSource clock;
  private final Pause pause;
  private final Counts counts;

  BatchDelivery(
      EventSourceMapping mapping,
      RecordStream stream,
      String shard,
      LambdaFunction function,
      FailureDestination failures,
      InstantSource clock,
      Pause pause,
      Counts counts) {
    this.mapping = mapping;
    this.stream = stream;
    this.shard = shard;
    this.function = function;
    this.failures = failures;
    this.clock = clock;
    this.pause = pause;
    this.counts = counts;
  }

  /**
   * Consecutive records.
   *
   * @param retries of exactly these
   * @param invocations that had these among them
   */
  private record Part(List<StreamRecord> records, int retries, int invocations) {
    Part part(int from, int to) {
      return new Part(records.subList(from, to), retries, invocations);
    }

    Part invoked() {
      return new Part(records, retries, invocations + 1);
    }
  }

  /** Returns when every record was taken or given up. */
  void deliver(List<StreamRecord> batch) throws InterruptedException {
    Deque<Part> parts = new ArrayDeque<>();
    parts.push(new Part(List.copyOf(batch), 0, 0));
    while (!parts.isEmpty()) {
      Part part = withoutAged(parts.pop());
      if (part.records().isEmpty()) {
        continue;
      }
      Answer answer = invoke(part);
      Part after = part.invoked();
      switch (answer) {
        case Answer.Done() -> counts.delivered.add(part.records().size());
        case Answer.From(int index) when index > 0 -> {
          counts.delivered.add(index);
          parts.push(
              new Part(
                  after.records().subList(index, after.records().size()), 0, after.invocations()));
          pause.before(0);
        }
        case Answer.From from -> again(parts, after);
      }
    }
  }

  private void again(Deque<Part> parts, Part part) throws InterruptedException {
    int size = part.records().size();
    if (mapping.bisect() && size > 1) {
      parts.push(part.part(size / 2, size));
      parts.push(part.part(0, size / 2));
      pause.before(part.retries());
    } else if (part.retries() < mapping.maxRetries()) {
      parts.push(new Part(part.records(), part.retries() + 1, part.invocations()));
      pause.before(part.retries());
    } else {
      giveUp(part, "RetryAttemptsExhausted");
    }
  }

  private Part withoutAged(Part part) {
    Instant oldest = clock.instant().minus(mapping.maxRecordAge());
    int aged = 0;
    while (aged < part.records().size() && part.records().get(aged).arrivedAt().isBefore(oldest)) {
      aged++;
    }
    if (aged > 0) {
      giveUp(part.part(0, aged), "RecordAgeExceeded");
    }
    return part.part(aged, part.records().size());
  }

  private Answer invoke(Part part) throws InterruptedException {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    ArrayNode records = event.putArray("Records");
    part.records().forEach(record -> records.add(record.json()));
    counts.invocations.increment();
    if (part.invocations() > 0) {
      counts.redelivered.add(part.records().size());
    }
    try {
      byte[] answer = function.invoke(event.toString().getBytes(StandardCharsets.UTF_8));
      return mapping.partialBatch() ? Answer.of(answer, part.records()) : new Answer.Done();
    } catch (FunctionException e) {
      LOG.warn(
          "{}: {} records of {} are to come again: {}",
          mapping.function(),
          part.records().size(),
          shard,
          e.errorType());
      return new Answer.From(0);
    }
  }

  private void giveUp(Part part, String condition) {
    counts.givenUp.add(part.records().size());
    String first = part.records().getFirst().sequenceNumber();
    String last = part.records().getLast().sequenceNumber();
    LOG.error("{}: {} to {} of {} given up: {}", mapping.function(), first, last, shard, condition);
    try {
      failures.put(
          new GivenUpBatch(
              mapping.function(), stream, shard, part.records(), condition, part.invocations()));
    } catch (SdkException e) {
      LOG.error("{}: {} to {} of {} are not kept", mapping.function(), first, last, shard, e);
    }
  }
}
