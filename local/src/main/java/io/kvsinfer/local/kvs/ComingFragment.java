package io.kvsinfer.local.kvs;

import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.VideoTrack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fragment while it comes in: GetMedia hands its frames on as they come, everything else waits
 * for it to be whole. Thread-safe.
 */
final class ComingFragment {
  private final String number;
  private final Instant producerTimestamp;
  private final Instant serverTimestamp;
  private final VideoTrack track;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Sample> samples = new ArrayList<>();
  private boolean whole;
  private boolean ended;

  ComingFragment(
      String number, Instant producerTimestamp, Instant serverTimestamp, VideoTrack track) {
    this.number = number;
    this.producerTimestamp = producerTimestamp;
    this.serverTimestamp = serverTimestamp;
    this.track = track;
  }

  String number() {
    return number;
  }

  Instant producerTimestamp() {
    return producerTimestamp;
  }

  Instant serverTimestamp() {
    return serverTimestamp;
  }

  VideoTrack track() {
    return track;
  }

  /** The next frame in decoding order, shown so long after the first one. */
  void add(Sample sample) {
    change(() -> samples.add(sample));
  }

  /**
   * Nothing more comes.
   *
   * @param all whether that was all of it; else it broke off
   */
  void end(boolean all) {
    change(() -> {
      whole |= all && !ended;
      ended = true;
    });
  }

  private void change(Runnable what) {
    lock.lock();
    try {
      what.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether it came to its end without breaking off. */
  boolean isWhole() {
    lock.lock();
    try {
      return whole;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The frame at that place in decoding order, waiting for it.
   *
   * @return empty where nothing more comes, or nothing came within {@code patience}
   */
  Optional<Sample> awaitSample(int index, Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (index >= samples.size() && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
      return index < samples.size() ? Optional.of(samples.get(index)) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }
}
