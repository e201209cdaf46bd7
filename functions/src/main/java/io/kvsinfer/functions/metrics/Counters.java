package io.kvsinfer.functions.metrics;

/** Where a function counts what it did. */
@FunctionalInterface
public interface Counters {
  /** Adds {@code value} to the counter of that name in this invocation. */
  void add(String name, double value);
}
