package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.worker.publish.Delivery.Batch;
import io.kvsinfer.worker.publish.Delivery.PartialFailureException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a camera's spool to its destinations, one thing at a time. */
final class PublishingThread {
  private static final Logger log = LoggerFactory.getLogger(PublishingThread.class);
  private static final long LEASE_POLL_NANOS = Duration.ofMillis(100).toNanos();
  private static final long IDLE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final Duration END = Duration.ofSeconds(5);

  private final String cameraId;
  private final Spool spool;
  private final CheckpointGate gate;
  private final Delivery delivery;
  private final CheckpointSink checkpoints;
  private final BooleanSupplier mayPublish;
  private final PublishMetrics metrics;
  private final PublishLimits limits;
  private final RetryDelay delay;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  // Guarded by the lock.
  private @Nullable LeaseRecord lease;
  private boolean announced = true;
  private boolean held;
  private boolean closed;
  private boolean hurry;
  private long changes;
  private @Nullable String trouble;
  // The thread's own.
  private @Nullable Batch batch;
  private long checkpointDue = System.nanoTime();

  PublishingThread(
      String cameraId,
      Spool spool,
      CheckpointGate gate,
      Delivery delivery,
      CheckpointSink checkpoints,
      BooleanSupplier mayPublish,
      PublishMetrics metrics,
      PublishLimits limits) {
    this.cameraId = cameraId;
    this.spool = spool;
    this.gate = gate;
    this.delivery = delivery;
    this.checkpoints = checkpoints;
    this.mayPublish = mayPublish;
    this.metrics = metrics;
    this.limits = limits;
    this.delay = new RetryDelay(limits.firstRetry(), limits.mostRetry());
    this.thread = Thread.ofPlatform().name("publish-" + cameraId).daemon().unstarted(this::run);
  }

  void start() {
    report();
    thread.start();
  }

  /** Something was put into the spool or the gate. */
  void changed() {
    report();
    signal(() -> {});
  }

  void take(LeaseRecord taken) {
    signal(() -> {
      lease = taken;
      announced = false;
      held = false;
    });
  }

  void hold() {
    signal(() -> held = true);
  }

  Optional<String> trouble() {
    lock.lock();
    try {
      return Optional.ofNullable(trouble);
    } finally {
      lock.unlock();
    }
  }

  boolean flush(Duration deadline) throws InterruptedException {
    long rest = deadline.toNanos();
    lock.lockInterruptibly();
    try {
      hurry = true;
      changes++;
      change.signalAll();
      while (!done() && !held && !closed && rest > 0) {
        rest = change.awaitNanos(rest);
      }
      return done();
    } finally {
      hurry = false;
      lock.unlock();
    }
  }

  void close() {
    signal(() -> closed = true);
    thread.interrupt();
    try {
      if (!thread.join(END)) {
        log.warn("camera {}: publishing did not end within {}", cameraId, END);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean done() {
    return announced && spool.isEmpty() && gate.isEmpty();
  }

  private void run() {
    try {
      while (true) {
        long seen = awaitPermission();
        if (seen < 0) {
          return;
        }
        try {
          if (work()) {
            succeeded();
          } else {
            await(nanosToCheckpoint(), seen);
          }
        } catch (PartialFailureException | IOException | RuntimeException e) {
          failed(e);
        }
      }
    } catch (InterruptedException e) {
      // Only close() interrupts this thread, which ends here.
      Thread.currentThread().interrupt();
    }
  }

  /** Does one thing; false when there is nothing to do. */
  private boolean work() throws IOException, PartialFailureException {
    LeaseRecord current = lease();
    if (current != null && !isAnnounced()) {
      delivery.announce(current);
      signal(() -> announced = announced || current.equals(lease));
      return true;
    }
    if (batch == null && !nextBatch()) {
      return keepCheckpoint();
    }
    Batch onItsWay = batch;
    if (onItsWay == null) {
      return true;
    }
    delivery.step(onItsWay, current);
    if (onItsWay.done()) {
      spool.acknowledge(onItsWay.lastOrdinal());
      batch = null;
      checkpointDue = System.nanoTime();
      changed();
    }
    return true;
  }

  /** False when nothing waits. */
  private boolean nextBatch() throws IOException {
    List<SpoolRecord> records = spool.peek(limits.batchRecords(), limits.batchBytes());
    if (records.isEmpty()) {
      return false;
    }
    Checkpoint before = gate.before(records);
    if (before == null || keep(before)) {
      gate.minted(records);
      batch = new Batch(records);
    }
    return true;
  }

  private boolean keepCheckpoint() {
    long acknowledged = spool.acknowledged();
    Checkpoint ready = gate.ready(acknowledged);
    if (ready == null || (nanosToCheckpoint() > 0 && !isHurried())) {
      return false;
    }
    if (keep(ready)) {
      gate.saved(acknowledged);
      checkpointDue = System.nanoTime() + limits.checkpointEvery().toNanos();
      signal(() -> {});
    }
    return true;
  }

  private boolean keep(Checkpoint checkpoint) {
    boolean kept = checkpoints.save(cameraId, checkpoint);
    if (!kept) {
      log.warn("camera {}: the checkpoint was refused, so the lease is lost", cameraId);
      hold();
    }
    return kept;
  }

  /** Waits until this worker may publish; returns the count of changes, -1 once closed. */
  private long awaitPermission() throws InterruptedException {
    while (true) {
      lock.lockInterruptibly();
      try {
        if (closed) {
          return -1;
        }
        if (held) {
          batch = null;
          change.await();
          continue;
        }
      } finally {
        lock.unlock();
      }
      if (mayPublish.getAsBoolean()) {
        lock.lockInterruptibly();
        try {
          return closed ? -1 : changes;
        } finally {
          lock.unlock();
        }
      }
      // Another may hold the lease by now; what is half sent is sent anew, stamped anew.
      batch = null;
      pause(LEASE_POLL_NANOS);
    }
  }

  /** Waits for a change since {@code seen}, at most {@code nanos}. */
  private void await(long nanos, long seen) throws InterruptedException {
    long rest = gate.isEmpty() ? IDLE_NANOS : Math.max(nanos, LEASE_POLL_NANOS);
    lock.lockInterruptibly();
    try {
      while (changes == seen && !closed && rest > 0) {
        rest = change.awaitNanos(rest);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits whatever changes, except the end. */
  private void pause(long nanos) throws InterruptedException {
    long rest = nanos;
    lock.lockInterruptibly();
    try {
      while (!closed && rest > 0) {
        rest = change.awaitNanos(rest);
      }
    } finally {
      lock.unlock();
    }
  }

  private void succeeded() {
    delay.reset();
    lock.lock();
    try {
      if (trouble != null) {
        log.info("camera {}: publishing works again", cameraId);
        trouble = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private void failed(Exception e) throws InterruptedException {
    long nanos = delay.nextNanos();
    lock.lock();
    try {
      if (closed) {
        return;
      }
      String what = e.getClass().getSimpleName() + ": " + e.getMessage();
      if (trouble == null) {
        log.warn("camera {}: events wait in the spool: {}", cameraId, what);
      } else {
        log.debug("camera {}: events still wait in the spool: {}", cameraId, what);
      }
      trouble = what;
    } finally {
      lock.unlock();
    }
    metrics.failed(cameraId);
    pause(nanos);
  }

  private long nanosToCheckpoint() {
    return checkpointDue - System.nanoTime();
  }

  private void report() {
    int dropped = spool.takeDropped();
    if (dropped > 0) {
      metrics.dropped(cameraId, "spool", dropped);
    }
    metrics.spool(cameraId, spool.bytes());
  }

  private void signal(Runnable update) {
    lock.lock();
    try {
      update.run();
      changes++;
      change.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable LeaseRecord lease() {
    lock.lock();
    try {
      return lease;
    } finally {
      lock.unlock();
    }
  }

  private boolean isAnnounced() {
    lock.lock();
    try {
      return announced;
    } finally {
      lock.unlock();
    }
  }

  private boolean isHurried() {
    lock.lock();
    try {
      return hurry;
    } finally {
      lock.unlock();
    }
  }
}
