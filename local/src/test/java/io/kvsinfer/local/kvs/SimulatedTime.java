package io.kvsinfer.local.kvs;

import io.kvsinfer.worker.source.SourceTime;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;

/**
 * Time that passes only while the reader waits, and then at once. What is planned happens on the
 * reader's thread when its moment comes, so a run with one seed is always the same.
 */
final class SimulatedTime implements SourceTime, Plan {
  private final Instant begin;
  private final PriorityQueue<Plan.Planned> plan = new PriorityQueue<>();
  private volatile Instant now;
  private long planned;

  SimulatedTime(Instant begin) {
    this.begin = begin;
    this.now = begin;
  }

  @Override
  public void at(Instant when, Runnable what) {
    plan.add(new Plan.Planned(when, planned++, what));
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public long nanos() {
    return Duration.between(begin, now).toNanos();
  }

  @Override
  public void await(Duration time, CountDownLatch end) {
    Instant until = now.plus(time);
    while (end.getCount() > 0 && !plan.isEmpty() && !plan.peek().at().isAfter(until)) {
      Plan.Planned next = plan.remove();
      now = next.at().isAfter(now) ? next.at() : now;
      next.what().run();
    }
    now = until;
  }
}
