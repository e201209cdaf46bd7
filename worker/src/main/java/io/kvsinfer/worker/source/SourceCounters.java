package io.kvsinfer.worker.source;

import java.time.Duration;
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
  private volatile Duration longestBreak = Duration.ZERO;
  private @Nullable Instant brokenAt;

  /** A whole fragment of {@code frames} frames came in at {@code now}, wall time. */
  public void fragment(int frames, Instant now) {
    fragments.incrementAndGet();
    received(frames, now);
  }

  /** Some frames of a fragment came in at {@code now}, wall time. */
  public void part(int frames, Instant now) {
    received(frames, now);
  }

  private void received(int frames, Instant now) {
    this.frames.addAndGet(frames);
    lastReceivedAt = now;
    Instant broken = brokenAt;
    if (broken != null) {
      Duration lasted = Duration.between(broken, now);
      longestBreak = lasted.compareTo(longestBreak) > 0 ? lasted : longestBreak;
      brokenAt = null;
    }
  }

  /** Reading failed at {@code now}, wall time; the break lasts until the next frame. */
  public void broken(Instant now) {
    if (brokenAt == null && lastReceivedAt != null) { // before the first frame nothing breaks off
      brokenAt = now;
    }
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
        lastReceivedAt,
        longestBreak);
  }

  /** What was not read, so far. */
  public GapAccount gapAccount() {
    return gaps.account();
  }
}
