package io.kvsinfer.worker.app;

import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A worker that is alone: nobody else watches its cameras, and its place is kept for as long as the
 * process lives.
 */
final class OwnTenure implements Tenure {
  private volatile @Nullable Checkpoint kept;

  @Override
  public Standing step() {
    return Standing.HELD;
  }

  @Override
  public long pauseMillis() {
    return 1000;
  }

  @Override
  public boolean mayPublish() {
    return true;
  }

  @Override
  public @Nullable Lease lease() {
    return null;
  }

  @Override
  public Orders orders() {
    return new Orders.Watch(null, null);
  }

  @Override
  public boolean forGood() {
    return true;
  }

  @Override
  public @Nullable Instant resumedAt() {
    return null;
  }

  @Override
  public Optional<Checkpoint> checkpoint() {
    return Optional.ofNullable(kept);
  }

  @Override
  public boolean save(Checkpoint checkpoint) {
    kept = checkpoint;
    return true;
  }

  @Override
  public void report(Status status) {
    // Metrics and logs tell it already.
  }

  @Override
  public void release() {
    // Nothing is held.
  }
}
