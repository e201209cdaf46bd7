package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.worker.publish.Delivery.Batch;
import io.kvsinfer.worker.publish.Delivery.PartialFailureException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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
  private final PublishSignals signals;
  private final RetryDelay delay;
  private final Thread thread;
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
      PublishLimits limits,
      PublishSignals signals) {
    this.cameraId = cameraId;
    this.spool = spool;
    this.gate = gate;
    this.delivery = delivery;
    this.checkpoints = checkpoints;
    this.mayPublish = mayPublish;
    this.metrics = metrics;
    this.limits = limits;
    this.signals = signals;
    this.delay = new RetryDelay(limits.firstRetry(), limits.mostRetry());
    this.thread = Thread.ofPlatform().name("publish-" + cameraId).daemon().unstarted(this::run);
  }

  void start() {
    metrics.begin(cameraId);
    report();
    thread.start();
  }

  /** Something was put into the spool or the gate. */
  void changed() {
    report();
    signals.changed();
  }

  boolean flush(Duration deadline) throws InterruptedException {
    return signals.flush(deadline, () -> spool.isEmpty() && gate.isEmpty());
  }

  void close() {
    signals.close();
    thread.interrupt();
    try {
      if (!thread.join(END)) {
        log.warn("camera {}: publishing did not end within {}", cameraId, END);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        long seen = awaitPermission();
        if (seen == PublishSignals.CLOSED) {
          return;
        }
        try {
          if (work()) {
            succeeded();
          } else {
            long rest =
                gate.isEmpty() ? IDLE_NANOS : Math.max(nanosToCheckpoint(), LEASE_POLL_NANOS);
            signals.awaitChange(seen, rest);
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

  /** Waits until this worker may publish; returns the count of changes before. */
  private long awaitPermission() throws InterruptedException {
    while (true) {
      // Another may hold the lease by then; what is half sent is sent anew, stamped anew.
      long seen = signals.awaitRelease(() -> batch = null);
      if (seen == PublishSignals.CLOSED || mayPublish.getAsBoolean()) {
        return seen;
      }
      batch = null;
      signals.pause(LEASE_POLL_NANOS);
    }
  }

  /** Does one thing; false when there is nothing to do. */
  private boolean work() throws IOException, PartialFailureException {
    LeaseRecord fresh = signals.unannounced();
    if (fresh != null) {
      delivery.announce(fresh);
      signals.announced(fresh);
      return true;
    }
    if (batch == null && !nextBatch()) {
      return keepCheckpoint();
    }
    Batch onItsWay = batch;
    if (onItsWay == null) {
      return true;
    }
    if (!onItsWay.done()) {
      delivery.step(onItsWay, signals.lease());
    }
    if (onItsWay.done()) {
      // May fail where the disk is full: then it is tried again, and nothing is sent twice for it.
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
    if (ready == null || (nanosToCheckpoint() > 0 && !signals.isHurried())) {
      return false;
    }
    if (keep(ready)) {
      gate.saved(acknowledged);
      checkpointDue = System.nanoTime() + limits.checkpointEvery().toNanos();
      signals.changed();
    }
    return true;
  }

  private boolean keep(Checkpoint checkpoint) {
    boolean kept = checkpoints.save(cameraId, checkpoint);
    if (!kept) {
      log.warn("camera {}: the checkpoint was refused, so the lease is lost", cameraId);
      signals.hold();
    }
    return kept;
  }

  private void succeeded() {
    delay.reset();
    if (signals.setTrouble(null) != null) {
      log.info("camera {}: publishing works again", cameraId);
    }
  }

  private void failed(Exception e) throws InterruptedException {
    long nanos = delay.nextNanos();
    if (signals.isClosed()) {
      return;
    }
    String what = e.getClass().getSimpleName() + ": " + e.getMessage();
    if (signals.setTrouble(what) == null) {
      log.warn("camera {}: events wait in the spool: {}", cameraId, what);
    } else {
      log.debug("camera {}: events still wait in the spool: {}", cameraId, what);
    }
    metrics.failed(cameraId);
    signals.pause(nanos);
  }

  private long nanosToCheckpoint() {
    return checkpointDue - System.nanoTime();
  }

  private void report() {
    int dropped = spool.takeDropped();
    if (dropped > 0) {
      metrics.dropped(cameraId, dropped);
      log.error("camera {}: {} events were given up, the spool being full", cameraId, dropped);
    }
    metrics.spool(cameraId, spool.bytes());
  }
}
