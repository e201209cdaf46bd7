package io.kvsinfer.worker.source;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts what a source does; written by the thread that reads, read by any. */
public final class SourceCounters {
  private final AtomicLong fragments = new AtomicLong();
  private final AtomicLong frames = new AtomicLong();
  private final GapRecorder gaps = new GapRecorder();
  private final AtomicLong reconnects = new AtomicLong();
  private final AtomicLong readErrors = new AtomicLong();
  private final AtomicLong urlRefreshes = new AtomicLong();
  private volatile @Nullable Instant lastReceivedAt;

  /** A whole fragment of {@code frames} frames came in at {@code now}, wall time. */
  public void fragment(int frames, Instant now) {
    fragments.incrementAndGet();
    this.frames.addAndGet(frames);
    lastReceivedAt = now;
  }

  /** Some frames of a fragment came in at {@code now}, wall time. */
  public void part(int frames, Instant now) {
    this.frames.addAndGet(frames);
    lastReceivedAt = now;
  }

  /** The fragment that came in parts is whole. */
  public void fragmentEnd() {
    fragments.incrementAndGet();
  }

  public void gap(SourceEvent.Gap gap) {
    gaps.add(gap);
  }

  public void reconnect() {
    reconnects.incrementAndGet();
  }

  public void readError() {
    readErrors.incrementAndGet();
  }

  public void urlRefresh() {
    urlRefreshes.incrementAndGet();
  }

  /** The counts so far. */
  public SourceAccount account() {
    return new SourceAccount(
        fragments.get(),
        frames.get(),
        gaps.gaps(),
        reconnects.get(),
        readErrors.get(),
        urlRefreshes.get(),
        lastReceivedAt);
  }

  /** What was not read, so far. */
  public GapAccount gapAccount() {
    return gaps.account();
  }
}
