package io.kvsinfer.functions;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A batch that its invocation holds on to: what a service that is away leaves of it is tried again
 * after a short wait. So the end of an outage is noticed here, and not after the wait of the event
 * source mapping, which grows and is Lambda's own.
 *
 * @param sequenceNumber of a record
 * @param step one try of what is left
 */
record HeldBatch<T>(Function<T, String> sequenceNumber, Step<T> step) {
  private static final Duration FIRST_WAIT = Duration.ofMillis(500);
  private static final Duration MOST_WAIT = Duration.ofSeconds(1);

  /** Takes records on. */
  @FunctionalInterface
  interface Step<T> {
    /**
     * Tries them once.
     *
     * @param mayBegin whether there is time for another call
     * @return sequence number of the first record that is to come again; empty when all is done
     */
    Optional<String> of(List<T> records, BooleanSupplier mayBegin);
  }

  /**
   * Tries a batch until all of it is done or there is no time for more.
   *
   * @return sequence number of the first record that is to come again; empty when all is done
   */
  Optional<String> take(List<T> batch, BooleanSupplier mayBegin) {
    List<T> rest = batch;
    Optional<String> left = step.of(rest, mayBegin);
    Duration wait = FIRST_WAIT;
    while (left.isPresent() && mayBegin.getAsBoolean() && passed(wait) && mayBegin.getAsBoolean()) {
      List<T> before = rest;
      rest = from(rest, left.get());
      boolean moved = rest.size() < before.size();
      wait = moved ? FIRST_WAIT : atMost(wait.multipliedBy(2));
      left = step.of(rest, mayBegin);
    }
    return left;
  }

  private List<T> from(List<T> records, String first) {
    int index = 0;
    while (!sequenceNumber.apply(records.get(index)).equals(first)) {
      index++;
    }
    return records.subList(index, records.size());
  }

  private static Duration atMost(Duration wait) {
    return wait.compareTo(MOST_WAIT) > 0 ? MOST_WAIT : wait;
  }

  /** Lets about that time pass; false when the process is to end. */
  private static boolean passed(Duration wait) {
    long most = wait.toMillis();
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(most / 2, most));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
