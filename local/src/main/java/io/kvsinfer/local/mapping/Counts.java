package io.kvsinfer.local.mapping;

import java.util.concurrent.atomic.LongAdder;

/** What an event source mapping did so far. */
final class Counts {
  final LongAdder invocations = new LongAdder();
  final LongAdder delivered = new LongAdder();
  final LongAdder redelivered = new LongAdder();
  final LongAdder givenUp = new LongAdder();
}
