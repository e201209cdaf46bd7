package io.kvsinfer.worker.sample;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Walks a {@link SampleGrid} along frames in presentation order and tells the first of each slot.
 * Not thread-safe.
 */
public final class GridCursor {
  // A producer's clock may step back a little between fragments; further back it has been set anew.
  private static final long CLOCK_RESET_SECONDS = 2;

  private SampleGrid grid;
  private @Nullable Instant newest;
  private long taken = Long.MIN_VALUE;

  public GridCursor(SampleGrid grid) {
    this.grid = grid;
  }

  /**
   * Goes on where a predecessor stopped: the slot of {@code capturedAt} has been seen.
   *
   * @param capturedAt capture time of the last frame done
   */
  public void resumeAfter(Instant capturedAt) {
    newest = capturedAt;
    taken = grid.slot(capturedAt);
  }

  /** Goes on along another grid; the slot of the newest frame has been seen there too. */
  public void change(SampleGrid other) {
    grid = other;
    if (newest != null) {
      taken = grid.slot(newest);
    }
  }

  /** Whether the frame is the first of its slot; the slot counts as taken from then on. */
  public boolean take(Instant capturedAt) {
    long slot = grid.slot(capturedAt);
    boolean reset = newest != null && capturedAt.isBefore(newest.minusSeconds(CLOCK_RESET_SECONDS));
    if (newest == null || reset || capturedAt.isAfter(newest)) {
      newest = capturedAt;
    }
    if (slot > taken || reset) {
      taken = slot;
      return true;
    }
    return false;
  }
}
