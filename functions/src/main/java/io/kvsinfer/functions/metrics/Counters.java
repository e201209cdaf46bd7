package io.kvsinfer.functions.metrics;

import io.kvsinfer.contract.metric.EmfLine;

/** Where a function counts what it did. */
@FunctionalInterface
public interface Counters {
  /** Adds {@code value} to the counter of that name in this invocation. */
  void add(String name, double value);

  /** Logs metrics that have dimensions of their own. */
  default void log(EmfLine line) {}
}
