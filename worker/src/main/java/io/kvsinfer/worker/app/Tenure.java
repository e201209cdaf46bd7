package io.kvsinfer.worker.app;

import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status;
import java.time.Instant;
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

  /** What is asked of a camera. */
  sealed interface Orders {
    /**
     * Watch it.
     *
     * @param revision of the settings to go by; null where nobody says
     * @param restartRevision of what of them only a new worker takes up
     */
    record Watch(@Nullable String revision, @Nullable String restartRevision) implements Orders {}

    /** Give it up: it is not wanted, or another worker waits for it. */
    record GiveUp(String why) implements Orders {}
  }

  /** Takes or renews; to be called every {@link #pauseMillis}. Does not throw. */
  Standing step();

  long pauseMillis();

  /** Whether records may go out now. */
  boolean mayPublish();

  /** The lease held; null when there is none to hold. */
  @Nullable Lease lease();

  /** What is asked of the camera now, as far as it is known; does not wait for an answer. */
  Orders orders();

  /**
   * Whether nobody goes on with the camera after this worker: it is paused or removed, or this
   * process is all there is. Does not throw; asks when it is not known.
   */
  boolean forGood();

  /** When the camera came back from a pause: what was before is not looked at; null = never. */
  @Nullable Instant resumedAt();

  /** Where a predecessor stopped. */
  Optional<Checkpoint> checkpoint();

  /** Keeps a checkpoint; false when this worker no longer may. */
  boolean save(Checkpoint checkpoint);

  /** Tells the operator how the camera does. Does not throw. */
  void report(Status status);

  /** Gives the camera back. Does not throw. */
  void release();
}
