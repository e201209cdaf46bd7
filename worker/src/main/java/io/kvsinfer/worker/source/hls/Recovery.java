package io.kvsinfer.worker.source.hls;

import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.worker.source.Backoff;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.HlsStreamException;
import io.kvsinfer.worker.source.KvsConnectionException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** What is done after a failure. Used by one thread. */
final class Recovery {
  /** The next step. */
  sealed interface Step {
    /** Another session at once: this one's life is over, and nothing else is amiss. */
    record Reopen() implements Step {}

    /**
     * Another try after a wait.
     *
     * @param reopen by another session
     */
    record Retry(Duration pause, boolean reopen) implements Step {}

    record GiveUp(FrameSourceException why) implements Step {}
  }

  private final int allowed;
  private final Backoff backoff;
  private boolean expired;

  Recovery(HlsSettings settings, RandomGenerator random) {
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
    Duration wait = backoff.next();
    if (backoff.failures() > allowed) {
      return new Step.GiveUp(new HlsStreamException(gaveUp(failure), false, null));
    }
    boolean reopen = ran || backoff.failures() > 1;
    expired = ran && expired;
    return new Step.Retry(wait, reopen);
  }

  /** After a refusal of a session. */
  Step after(FrameSourceException refusal) {
    if (refusal.permanent()) {
      return new Step.GiveUp(refusal);
    }
    Duration wait = backoff.next();
    if (backoff.failures() > allowed) {
      String why = gaveUp(refusal);
      return new Step.GiveUp(
          refusal instanceof KvsConnectionException
              ? new KvsConnectionException(why, false, null)
              : new HlsStreamException(why, false, null));
    }
    expired = false;
    return new Step.Retry(wait, backoff.failures() > 1);
  }

  /** A fragment came whole. */
  void good() {
    backoff.reset();
    expired = false;
  }

  private String gaveUp(Exception last) {
    return "gave up after %d failures in a row: %s"
        .formatted(backoff.failures(), last.getMessage());
  }
}
