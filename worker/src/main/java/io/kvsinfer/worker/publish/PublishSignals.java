package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.LeaseRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a camera's publishing thread and those who use it tell each other. Thread-safe. */
final class PublishSignals {
  /** In place of a count of changes, once closed. */
  static final long CLOSED = -1;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  private @Nullable LeaseRecord lease;
  private boolean announced = true;
  private boolean held;
  private boolean closed;
  private boolean hurry;
  private long changes;
  private @Nullable String trouble;

  /** Something is there to be looked at. */
  void changed() {
    update(() -> {});
  }

  /** A lease was taken: it is to be announced, and events may go out. */
  void take(LeaseRecord taken) {
    update(() -> {
      lease = taken;
      announced = false;
      held = false;
    });
  }

  /** Nothing may go out until {@link #take}. */
  void hold() {
    update(() -> held = true);
  }

  /** Ends every wait. */
  void close() {
    update(() -> closed = true);
  }

  /** What events are stamped with; null without leases. */
  @Nullable LeaseRecord lease() {
    lock.lock();
    try {
      return lease;
    } finally {
      lock.unlock();
    }
  }

  /** The lease that the stream does not know yet; null when it knows it. */
  @Nullable LeaseRecord unannounced() {
    lock.lock();
    try {
      return announced ? null : lease;
    } finally {
      lock.unlock();
    }
  }

  /** The stream knows that lease. */
  void announced(LeaseRecord told) {
    update(() -> announced = announced || told.equals(lease));
  }

  boolean isHurried() {
    lock.lock();
    try {
      return hurry;
    } finally {
      lock.unlock();
    }
  }

  Optional<String> trouble() {
    lock.lock();
    try {
      return Optional.ofNullable(trouble);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Notes what keeps events from arriving; null = nothing does.
   *
   * @return what was noted before
   */
  @Nullable String setTrouble(@Nullable String now) {
    lock.lock();
    try {
      String before = trouble;
      trouble = now;
      return before;
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks for everything at once and waits until {@code done}, which is asked after each change.
   *
   * @return false when that was not so within {@code deadline}, on hold or once closed
   */
  boolean flush(Duration deadline, BooleanSupplier done) throws InterruptedException {
    long rest = deadline.toNanos();
    lock.lockInterruptibly();
    try {
      hurry = true;
      changes++;
      change.signalAll();
      while (!(announced && done.getAsBoolean()) && !held && !closed && rest > 0) {
        rest = change.awaitNanos(rest);
      }
      return announced && done.getAsBoolean();
    } finally {
      hurry = false;
      lock.unlock();
    }
  }

  /**
   * Waits while on hold.
   *
   * @param onHold called when there is something to wait for
   * @return count of changes so far, {@link #CLOSED} once closed
   */
  long awaitRelease(Runnable onHold) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (held && !closed) {
        onHold.run();
        change.await();
      }
      return closed ? CLOSED : changes;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a change since {@code seen}, at most {@code nanos}. */
  void awaitChange(long seen, long nanos) throws InterruptedException {
    await(nanos, () -> changes == seen);
  }

  /** Waits whatever changes, except the end. */
  void pause(long nanos) throws InterruptedException {
    await(nanos, () -> true);
  }

  private void await(long nanos, BooleanSupplier more) throws InterruptedException {
    long rest = nanos;
    lock.lockInterruptibly();
    try {
      while (!closed && rest > 0 && more.getAsBoolean()) {
        rest = change.awaitNanos(rest);
      }
    } finally {
      lock.unlock();
    }
  }

  private void update(Runnable change) {
    lock.lock();
    try {
      change.run();
      changes++;
      this.change.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
