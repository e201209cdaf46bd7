package io.kvsinfer.local.mapping;

import io.kvsinfer.contract.mapping.EventSourceMapping;
import io.kvsinfer.contract.mapping.Mappings;

/** Mappings that give up sooner than the product's, which only go by a record's age. */
final class TestMappings {
  private static final EventSourceMapping OWN = Mappings.ALL.getFirst();
  private static final int RETRIES = 10;

  /** The events function's but for its retries. */
  static final EventSourceMapping EVENTS =
      new EventSourceMapping(
          OWN.function(),
          OWN.source(),
          OWN.batchSize(),
          OWN.window(),
          OWN.bisect(),
          RETRIES,
          OWN.maxRecordAge(),
          OWN.partialBatch());

  private TestMappings() {}
}
