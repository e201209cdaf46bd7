package io.kvsinfer.worker.sample;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands looked-at frames from the thread that decodes to the one that detects, one at a time. Live,
 * a newer frame replaces one that still waits, so that latency never grows; the replaced one is
 * closed and counted. When catching up and for files the decoding thread waits and nothing is
 * dropped. Thread-safe.
 *
 * @param <T> what is handed over; closed here when it is replaced or left over
 */
public final class LatestSlot<T extends AutoCloseable> implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable T waiting;
  private boolean closed;
  private long replaced;

  /**
   * Live: puts {@code sample} in, in place of one that still waits.
   *
   * @return whether one was replaced (or, after {@link #close}, this one was given up)
   */
  public boolean offer(T sample) {
    T givenUp;
    lock.lock();
    try {
      givenUp = closed ? sample : waiting;
      if (!closed) {
        waiting = sample;
        changed.signalAll();
      }
      if (givenUp != null) {
        replaced++;
      }
    } finally {
      lock.unlock();
    }
    if (givenUp == null) {
      return false;
    }
    discard(givenUp);
    return true;
  }

  /**
   * Nothing dropped: waits until the place is free.
   *
   * @return whether it was taken in; after {@link #close} it is not, and is closed here
   */
  public boolean put(T sample) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting != null && !closed) {
        changed.await();
      }
      if (!closed) {
        waiting = sample;
        changed.signalAll();
        return true;
      }
    } finally {
      lock.unlock();
    }
    discard(sample);
    return false;
  }

  /** The waiting sample, as soon as there is one; null once closed. The caller closes it. */
  public @Nullable T take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting == null && !closed) {
        changed.await();
      }
      T sample = waiting;
      waiting = null;
      changed.signalAll();
      return sample;
    } finally {
      lock.unlock();
    }
  }

  /** Samples that were replaced by newer ones so far. */
  public long replaced() {
    lock.lock();
    try {
      return replaced;
    } finally {
      lock.unlock();
    }
  }

  /** Ends both sides; what still waits can be taken. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void discard(T sample) {
    try {
      sample.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a sample could not be closed", e);
    }
  }
}
