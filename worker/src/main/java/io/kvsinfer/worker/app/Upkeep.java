package io.kvsinfer.worker.app;

import io.kvsinfer.worker.app.Tenure.Standing;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Keeps a camera's lease and tells how the camera does. Two threads: one that asks the table, one
 * that never waits for it and so sees a lease run out that cannot be renewed.
 */
final class Upkeep {
  /** What happens to the lease; told on threads of the upkeep. */
  interface Events {
    /** The lease is held now; once. */
    void held();

    /** It is another's; once, and nothing is told after it. */
    void lost();

    /**
     * The time in which records may go out has run out without a renewal, or a renewal came after
     * all.
     */
    void lapsed(boolean so);

    /** At each tick, to bring the status up to date; must not wait for anything. */
    void observe();

    /** After each look at the lease, while it is held; may ask the tables. */
    void follow();
  }

  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
  private static final long TICK_MILLIS = 500;
  private static final long REPORT_NANOS = Duration.ofSeconds(10).toNanos();

  private final String camera;
  private final Tenure tenure;
  private final CameraStatus status;
  private final Events events;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread keeping;
  private final Thread watching;
  private volatile boolean held;
  private volatile boolean lost;

  Upkeep(String camera, Tenure tenure, CameraStatus status, Events events) {
    this.camera = camera;
    this.tenure = tenure;
    this.status = status;
    this.events = events;
    this.keeping = Thread.ofVirtual().name("lease-" + camera).unstarted(() -> run(this::keep));
    this.watching = Thread.ofVirtual().name("upkeep-" + camera).unstarted(() -> run(this::watch));
  }

  void start() {
    keeping.start();
    watching.start();
  }

  /** Stops and waits for the threads; the lease is not released. */
  void stop() throws InterruptedException {
    stopped.countDown();
    keeping.join();
    watching.join();
  }

  /** A step that may be interrupted. */
  @FunctionalInterface
  private interface Duty {
    void run() throws InterruptedException;
  }

  private void run(Duty duty) {
    MDC.put("camera_name", camera);
    try {
      duty.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("camera {}: its lease cannot be kept", camera, e);
      lose();
    } finally {
      MDC.remove("camera_name");
    }
  }

  private synchronized void lose() {
    if (!lost) {
      lost = true;
      events.lost();
    }
  }

  private void keep() throws InterruptedException {
    long stepAt = System.nanoTime();
    long reportAt = stepAt;
    do {
      long now = System.nanoTime();
      if (now - stepAt >= 0) {
        Standing standing = tenure.step();
        if (standing == Standing.LOST) {
          lose();
        }
        if (standing == Standing.HELD && !held) {
          held = true;
          events.held();
        }
        stepAt = now + Duration.ofMillis(tenure.pauseMillis()).toNanos();
      }
      if (lost) {
        return;
      }
      if (held) {
        events.follow();
      }
      if (status.takeChanged() || now - reportAt >= 0) {
        tenure.report(status.snapshot());
        reportAt = now + REPORT_NANOS;
      }
    } while (!stopped.await(TICK_MILLIS, TimeUnit.MILLISECONDS));
  }

  private void watch() throws InterruptedException {
    boolean lapsed = false;
    do {
      if (lost) {
        return;
      }
      boolean out = held && !tenure.mayPublish();
      if (out != lapsed) {
        lapsed = out;
        events.lapsed(out);
      }
      events.observe();
    } while (!stopped.await(TICK_MILLIS, TimeUnit.MILLISECONDS));
  }
}
