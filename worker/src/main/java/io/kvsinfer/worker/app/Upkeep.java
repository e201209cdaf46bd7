package io.kvsinfer.worker.app;

import io.kvsinfer.worker.app.Tenure.Standing;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The thread that keeps a camera's lease and tells how the camera does. */
final class Upkeep {
  private static final Logger log = LoggerFactory.getLogger(Upkeep.class);
  private static final long TICK_MILLIS = 500;
  private static final long REPORT_NANOS = Duration.ofSeconds(10).toNanos();

  private final String camera;
  private final Tenure tenure;
  private final CameraStatus status;
  private final Runnable observe;
  private final Runnable lost;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;
  private Runnable held = () -> {};

  /**
   * @param observe called at each tick, to bring the status up to date
   * @param lost called once when the lease is lost; nothing is called after it
   */
  Upkeep(String camera, Tenure tenure, CameraStatus status, Runnable observe, Runnable lost) {
    this.camera = camera;
    this.tenure = tenure;
    this.status = status;
    this.observe = observe;
    this.lost = lost;
    this.thread = Thread.ofVirtual().name("upkeep-" + camera).unstarted(this::run);
  }

  /** Starts; {@code whenHeld} is called once, when the lease is held. */
  void start(Runnable whenHeld) {
    held = whenHeld;
    thread.start();
  }

  /** Stops and waits for the thread; the lease is not released. */
  void stop() throws InterruptedException {
    stopped.countDown();
    thread.join();
  }

  private void run() {
    MDC.put("camera_name", camera);
    try {
      keep();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("camera {}: its lease cannot be kept", camera, e);
      lost.run();
    }
  }

  private void keep() throws InterruptedException {
    boolean wasHeld = false;
    long stepAt = System.nanoTime();
    long reportAt = stepAt;
    do {
      long now = System.nanoTime();
      if (now - stepAt >= 0) {
        Standing standing = tenure.step();
        if (standing == Standing.LOST) {
          lost.run();
          return;
        }
        if (standing == Standing.HELD && !wasHeld) {
          wasHeld = true;
          held.run();
        }
        stepAt = now + Duration.ofMillis(tenure.pauseMillis()).toNanos();
      }
      observe.run();
      if (status.takeChanged() || now - reportAt >= 0) {
        tenure.report(status.snapshot());
        reportAt = now + REPORT_NANOS;
      }
    } while (!stopped.await(TICK_MILLIS, TimeUnit.MILLISECONDS));
  }
}
