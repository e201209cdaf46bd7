package io.kvsinfer.worker.app;

import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A worker's right to a camera: by lease under a scheduler, or simply its own when it is alone. */
sealed interface Tenure permits LeasedTenure, OwnTenure {
  /** What {@link #step} found. */
  enum Standing {
    WAITING,
    HELD,
    LOST
  }

  /** Takes or renews; to be called every {@link #pauseMillis}. Does not throw. */
  Standing step();

  long pauseMillis();

  /** Whether records may go out now. */
  boolean mayPublish();

  /** The lease held; null when there is none to hold. */
  @Nullable Lease lease();

  /** Where a predecessor stopped. */
  Optional<Checkpoint> checkpoint();

  /** Keeps a checkpoint; false when this worker no longer may. */
  boolean save(Checkpoint checkpoint);

  /** Tells the operator how the camera does. Does not throw. */
  void report(Status status);

  /** Gives the camera back. Does not throw. */
  void release();
}
