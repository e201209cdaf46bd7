package io.kvsinfer.local.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/** What a function made of a batch. */
sealed interface Answer {
  /** All of it was taken. */
  record Done() implements Answer {}

  /** What stands before {@code index} was taken, the rest is to come again; 0 = nothing was. */
  record From(int index) implements Answer {}

  ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads the partial batch answer as Lambda does: nothing, {@code {}} and an empty list are
   * success; an identifier that is not of the batch, or an unreadable answer, fails all of it.
   */
  static Answer of(byte[] json, List<StreamRecord> batch) {
    JsonNode answer;
    try {
      answer = JSON.readTree(json);
    } catch (IOException e) {
      return new From(0);
    }
    JsonNode failures = answer.path("batchItemFailures");
    if (failures.isMissingNode() || failures.isNull() || failures.isEmpty()) {
      return new Done();
    }
    int first = batch.size();
    for (JsonNode failure : failures) {
      String id = failure.path("itemIdentifier").asText();
      first =
          Math.min(
              first,
              IntStream.range(0, batch.size())
                  .filter(i -> batch.get(i).sequenceNumber().equals(id))
                  .findFirst()
                  .orElse(0));
    }
    return new From(first);
  }
}
