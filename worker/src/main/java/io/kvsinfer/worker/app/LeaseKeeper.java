package io.kvsinfer.worker.app;

import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.store.LeaseOutcome;
import io.kvsinfer.store.LeaseTable;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes and keeps the lease of one camera. It may be taken at once when there is none or it is
 * released, else after its counter stood still for {@link LeaseTable#TTL} on this process's own
 * monotonic clock. No wall clock is asked. One thread calls {@link #step}; {@link #mayPublish} and
 * {@link #held} may be called from any.
 */
final class LeaseKeeper {
  /** Where the keeper stands. */
  enum State {
    WAITING,
    HELD,
    LOST
  }

  private static final Logger log = LoggerFactory.getLogger(LeaseKeeper.class);

  private final LeaseTable table;
  private final String camera;
  private final String launch;
  private final LongSupplier nanoTime;

  private @Nullable Lease watched;
  private long watchedSince;
  private boolean unanswered;
  private volatile State state = State.WAITING;
  private volatile @Nullable Lease held;
  private volatile LeaseOutcome.@Nullable Taken answer;
  private volatile long safeUntil;

  LeaseKeeper(LeaseTable table, String camera, String launch, LongSupplier nanoTime) {
    this.table = table;
    this.camera = camera;
    this.launch = launch;
    this.nanoTime = nanoTime;
  }

  /**
   * Tries to take or to renew. To be called about once a second while waiting, every {@link
   * LeaseTable#RENEW_EVERY} while held. A table that cannot be reached is an exception; the lease
   * then counts for what is left of its time.
   */
  State step() {
    switch (state) {
      case WAITING -> tryTake();
      case HELD -> renew();
      case LOST -> {}
    }
    return state;
  }

  /** Whether records may go out now: held, and renewed recently enough. */
  boolean mayPublish() {
    return state == State.HELD && nanoTime.getAsLong() - safeUntil < 0;
  }

  /** The lease as last taken or renewed; null until then. */
  @Nullable Lease held() {
    return held;
  }

  /** The row as it was when the lease was last taken or renewed; null until then. */
  LeaseOutcome.@Nullable Taken answer() {
    return answer;
  }

  /** Gives the lease back, so that a successor need not wait. */
  void release() {
    Lease mine = held;
    if (state == State.HELD && mine != null) {
      state = State.LOST;
      table.release(camera, mine);
    }
  }

  private void tryTake() {
    long now = nanoTime.getAsLong();
    Lease seen = table.read(camera).orElse(null);
    if (seen != null && !seen.released()) {
      if (!seen.equals(watched)) {
        if (watched == null) {
          log.info("camera {}: waiting for the lease of generation {}", camera, seen.generation());
        }
        watched = seen;
        // Not before the answer: it may tell what was so only just now.
        watchedSince = nanoTime.getAsLong();
      }
      if (now - watchedSince < LeaseTable.TTL.toNanos()) {
        return;
      }
    }
    settle(table.take(camera, launch, seen), now);
  }

  private void renew() {
    long start = nanoTime.getAsLong();
    unanswered = true;
    settle(table.renew(camera, Objects.requireNonNull(held)), start);
  }

  private void settle(LeaseOutcome outcome, long start) {
    unanswered = false;
    switch (outcome) {
      case LeaseOutcome.Taken taken -> {
        held = taken.lease();
        answer = taken;
        safeUntil = start + LeaseTable.SAFE_FOR.toNanos();
        if (state != State.HELD) {
          log.info("camera {}: took the lease, generation {}", camera, taken.lease().generation());
        }
        state = State.HELD;
      }
      case LeaseOutcome.Refused refused -> {
        boolean lost = state == State.HELD || refused.reason() == LeaseOutcome.Reason.OTHER_LAUNCH;
        if (lost) {
          state = State.LOST;
        } else {
          watched = null;
        }
      }
    }
  }

  /** How long to wait before the next {@link #step}. */
  Duration pause() {
    // A renewal that failed is repeated while the lease still has time.
    return state == State.HELD && !unanswered ? LeaseTable.RENEW_EVERY : Duration.ofSeconds(1);
  }
}
