package io.kvsinfer.local.kvs;

import io.kvsinfer.worker.source.SourceTime;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;

/**
 * Time that passes only by {@link #step}, for a source with a thread of its own: that waits until
 * its moment has come. Thread-safe.
 */
final class SteppedTime implements SourceTime, Plan {
  private static final long LOOK_FOR_END_MS = 20;

  private final Instant begin;
  private final PriorityQueue<Plan.Planned> plan = new PriorityQueue<>();
  private final PriorityQueue<Instant> sleepers = new PriorityQueue<>();
  private Instant now;
  private long planned;

  SteppedTime(Instant begin) {
    this.begin = begin;
    this.now = begin;
  }

  @Override
  public synchronized void at(Instant when, Runnable what) {
    plan.add(new Plan.Planned(when, planned++, what));
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public synchronized long nanos() {
    return Duration.between(begin, now).toNanos();
  }

  @Override
  public synchronized void await(Duration time, CountDownLatch end) throws InterruptedException {
    Instant until = now.plus(time);
    sleepers.add(until);
    try {
      while (now.isBefore(until) && end.getCount() > 0) {
        wait(LOOK_FOR_END_MS);
      }
    } finally {
      sleepers.remove(until);
    }
  }

  /** Whether somebody waits for time to pass. */
  synchronized boolean awaited() {
    return sleepers.stream().anyMatch(now::isBefore);
  }

  /** Goes on to what is planned next, which happens on this thread, or to who waits next. */
  void step() {
    Runnable what;
    synchronized (this) {
      Instant wake = sleepers.peek();
      Plan.Planned next = plan.element();
      if (wake != null && now.isBefore(wake) && wake.isBefore(next.at())) {
        now = wake;
        notifyAll();
        return;
      }
      plan.remove();
      now = next.at().isAfter(now) ? next.at() : now;
      notifyAll();
      what = next.what();
    }
    what.run();
  }
}
