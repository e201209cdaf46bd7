package io.kvsinfer.worker.source.hls;

import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.worker.source.Backoff;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.HlsStreamException;
import io.kvsinfer.worker.source.KvsConnectionException;
import io.kvsinfer.worker.source.ThrottledException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What is done after a failure. Delays grow as the settings say, and give the number of failures in
 * a row that are allowed its time; but within a long one it is tried now and then all the same, so
 * that reading goes on within 5 s of the end of an outage. Such tries count as nothing, and a
 * service that asks for fewer calls is not bothered with them. Used by one thread.
 */
final class Recovery {
  /** Longest wait between two tries, before jitter of 80–120 %. */
  private static final Duration LONGEST_WAIT = Duration.ofMillis(3500);

  /** The next step. */
  sealed interface Step {
    /** Another session at once: this one's life is over, and nothing else is amiss. */
    record Reopen() implements Step {}

    /**
     * Another try after a wait.
     *
     * @param reopen by another session
     * @param counted whether this failure counts as one; it does not within the delay of another
     */
    record Retry(Duration pause, boolean reopen, boolean counted) implements Step {}

    record GiveUp(FrameSourceException why) implements Step {}
  }

  private final int allowed;
  private final Backoff backoff;
  private final Lifetime life;
  private final RandomGenerator random;

  /** Until then failures are not counted. */
  private long countedFrom;

  private boolean expired;

  Recovery(HlsSettings settings, Lifetime life, RandomGenerator random) {
    this.life = life;
    this.random = random;
    countedFrom = life.nanos();
    allowed = settings.maxConsecutiveErrors();
    backoff =
        new Backoff(
            settings.reconnectDelay(),
            settings.maxReconnectDelay(),
            settings.backoffMultiplier(),
            random);
  }

  /** After a failure of a session's requests. */
  Step after(HlsFailure failure, boolean playing) {
    boolean ran = failure.kind() == HlsFailure.Kind.EXPIRED;
    if (ran && playing && !expired) {
      expired = true;
      return new Step.Reopen();
    }
    boolean counted = life.reached(countedFrom);
    Duration wait = untilRetry(failure.kind() == HlsFailure.Kind.THROTTLED);
    if (backoff.failures() > allowed) {
      return new Step.GiveUp(new HlsStreamException(gaveUp(failure), false, null));
    }
    boolean reopen = ran || backoff.failures() > 1;
    expired = ran && expired;
    return new Step.Retry(wait, reopen, counted);
  }

  /** After a refusal of a session. */
  Step after(FrameSourceException refusal) {
    if (refusal.permanent()) {
      return new Step.GiveUp(refusal);
    }
    boolean counted = life.reached(countedFrom);
    Duration wait = untilRetry(refusal instanceof ThrottledException);
    if (backoff.failures() > allowed) {
      String why = gaveUp(refusal);
      return new Step.GiveUp(
          refusal instanceof KvsConnectionException
              ? new KvsConnectionException(why, false, null)
              : new HlsStreamException(why, false, null));
    }
    expired = false;
    return new Step.Retry(wait, backoff.failures() > 1, counted);
  }

  /**
   * Counts the failure, unless it came within the delay of one that was counted.
   *
   * @param throttled by a service that asks for fewer calls
   */
  private Duration untilRetry(boolean throttled) {
    if (life.reached(countedFrom)) {
      countedFrom = life.in(backoff.next());
    }
    long left = Math.max(0, countedFrom - life.nanos());
    long longest = Math.round(LONGEST_WAIT.toNanos() * random.nextDouble(0.8, 1.2));
    return Duration.ofNanos(throttled ? left : Math.min(left, longest));
  }

  /** A fragment came whole. */
  void good() {
    backoff.reset();
    countedFrom = life.nanos();
    expired = false;
  }

  private String gaveUp(Exception last) {
    return "gave up after %d failures in a row: %s"
        .formatted(backoff.failures(), last.getMessage());
  }
}
