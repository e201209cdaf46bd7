package io.kvsinfer.faults;

import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.store.LeaseTable;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A camera whose workers are started here as the scheduler does it: a new launch when one has died,
 * and the lease of the dead one marked as released.
 */
final class OwnWatch extends Watch {
  private final LeaseTable leases;
  private volatile String launch = "";

  OwnWatch(Run run, Footage footage) {
    super(run, footage);
    this.leases = new LeaseTable(run.bench.dynamo, Tables.CAMERA_STATE.name());
  }

  @Override
  void watch() throws IOException, InterruptedException {
    int code;
    int attempt = 0;
    do {
      Process started = launch(++attempt, run.disksAreLost() ? "-" + attempt : "");
      String own = launch;
      watchedBy(started.toHandle());
      code = started.waitFor();
      release(own);
    } while (code != 0 && !run.closed());
  }

  /** The newest launch. */
  String launch() {
    return launch;
  }

  /** Starts the next worker, with the spool of that disk. */
  Process launch(int attempt, String disk) throws IOException {
    @Nullable String seen = launch.isEmpty() ? null : launch;
    launch = footage.camera() + "-" + attempt;
    Launch next = new Launch(launch, null, attempt, Instant.now(), null, null);
    if (!run.states().putLaunch(footage.camera(), next, seen)) {
      throw new IllegalStateException("another launch of " + footage.camera());
    }
    return run.started(footage, launch, disk);
  }

  /** As the scheduler does once the task of that launch has stopped. */
  void release(String stopped) {
    Lease lease = leases.read(footage.camera()).orElse(null);
    if (lease != null && lease.owner().equals(stopped) && !lease.released()) {
      leases.release(footage.camera(), lease);
    }
  }

  /** Whether the newest launch holds the lease. */
  boolean held() {
    return leases.read(footage.camera()).map(l -> l.owner().equals(launch)).orElse(false);
  }
}
