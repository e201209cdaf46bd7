package io.kvsinfer.local.mapping;

import java.util.List;

/**
 * Records that a function was not brought to take.
 *
 * @param condition as Lambda names it: {@code RetryAttemptsExhausted}, {@code RecordAgeExceeded}
 * @param invocations how often it was tried with them
 */
public record GivenUpBatch(
    String function,
    RecordStream stream,
    String shard,
    List<StreamRecord> records,
    String condition,
    int invocations) {
  public GivenUpBatch {
    records = List.copyOf(records);
    if (records.isEmpty()) {
      throw new IllegalArgumentException("a batch that is given up has records");
    }
  }
}
