package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Watch;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a running worker keeps its lease. The counter is noted rarely: only when it is not where
 * regular renewals would have brought it, so that a healthy camera costs no write. A counter that
 * stays at what was noted is that of a hanging worker.
 *
 * @param wrong what is wrong, one clause; null while nothing is
 * @param note the counter to note now; null when what is noted will do
 */
record Pulse(@Nullable String wrong, @Nullable Watch note) {
  private static final Pulse REGULAR = new Pulse(null, null);

  static Pulse of(
      @Nullable CameraState state, Launch launch, WorkerTask task, Instant now, Limits limits) {
    Lease lease = state == null ? null : state.lease();
    if (state == null || lease == null || !lease.owner().equals(launch.id())) {
      Instant started = task.startedAt();
      return started != null && !now.isBefore(started.plus(limits.leaseWithin()))
          ? new Pulse("it took no lease within " + limits.leaseWithin().toSeconds() + " s", null)
          : REGULAR;
    }
    Watch seen = state.watch();
    Watch fresh = new Watch(launch.id(), lease.counter(), now);
    if (seen == null || !seen.launch().equals(launch.id())) {
      return new Pulse(null, fresh);
    }
    Duration since = Duration.between(seen.since(), now);
    if (seen.counter() == lease.counter()) {
      return since.compareTo(limits.standstill()) >= 0
          ? new Pulse("its lease was not renewed for " + since.toSeconds() + " s", null)
          : REGULAR;
    }
    Duration renewed = limits.renewal().multipliedBy(lease.counter() - seen.counter());
    return since.minus(renewed).abs().compareTo(limits.drift()) > 0
        ? new Pulse(null, fresh)
        : REGULAR;
  }
}
