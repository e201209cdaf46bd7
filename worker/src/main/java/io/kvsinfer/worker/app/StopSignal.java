package io.kvsinfer.worker.app;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Why a camera is to end, and where it waits for that. Raised from any thread, once and for all.
 */
final class StopSignal {
  /** Down once the lease is held, or never will be. */
  private final CountDownLatch settled = new CountDownLatch(1);

  /** Down once there is a reason to end. */
  private final CountDownLatch stopping = new CountDownLatch(1);

  private volatile boolean draining;
  private volatile boolean lost;

  /** The lease is held: what waits for that goes on. */
  void held() {
    settled.countDown();
  }

  /** The camera is to stop reading, publish what is confirmed and give the lease back. */
  void drain() {
    draining = true;
  }

  /** The lease is another's: nothing is to be published any more. */
  void lose() {
    lost = true;
  }

  /** Wakes who waits, after {@link #drain} or {@link #lose}. */
  void raise() {
    stopping.countDown();
    settled.countDown();
  }

  boolean isDraining() {
    return draining;
  }

  boolean isLost() {
    return lost;
  }

  /** Whether there is a reason to end. */
  boolean isGiven() {
    return draining || lost;
  }

  /** Waits until the lease is held, or there is a reason to end. */
  void awaitLease() throws InterruptedException {
    settled.await();
  }

  /** Waits that long at most; whether there is a reason to end. */
  boolean await(Duration most) throws InterruptedException {
    return stopping.await(most.toMillis(), TimeUnit.MILLISECONDS);
  }
}
