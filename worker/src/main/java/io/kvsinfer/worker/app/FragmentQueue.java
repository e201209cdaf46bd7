package io.kvsinfer.worker.app;

import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.worker.source.SourceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What was read and not yet decoded, bounded in bytes. When it is full the reader waits, so that
 * nothing is dropped here; how far the reader falls behind then is the source's to account for.
 */
final class FragmentQueue {
  /**
   * An event that waits.
   *
   * @param since moment it came
   */
  private record Waiting(SourceEvent event, long since) {}

  private final long maxBytes;
  private final LongSupplier nanos;
  private final ArrayDeque<Waiting> events = new ArrayDeque<>();
  private long bytes;
  private int fragments;
  private long waited;
  private boolean closed;

  FragmentQueue(long maxBytes) {
    this(maxBytes, System::nanoTime);
  }

  /**
   * Likewise.
   *
   * @param nanos time that passes, as {@link System#nanoTime}
   */
  FragmentQueue(long maxBytes, LongSupplier nanos) {
    this.maxBytes = maxBytes;
    this.nanos = nanos;
  }

  /** Adds an event, waiting for room; returns false once the queue is closed. */
  synchronized boolean put(SourceEvent event) throws InterruptedException {
    long size = size(event);
    // A single fragment larger than the bound goes in alone.
    while (!closed && bytes > 0 && bytes + size > maxBytes) {
      wait();
    }
    if (closed) {
      return false;
    }
    events.add(new Waiting(event, nanos.getAsLong()));
    bytes += size;
    fragments += count(event);
    notifyAll();
    return true;
  }

  /** The oldest event, waiting for one; {@link SourceEvent.End} once the queue is closed. */
  synchronized SourceEvent take() throws InterruptedException {
    while (!closed && events.isEmpty()) {
      wait();
    }
    if (closed) {
      return new SourceEvent.End();
    }
    Waiting taken = events.remove();
    SourceEvent event = taken.event();
    waited = event instanceof SourceEvent.Fragment ? nanos.getAsLong() - taken.since() : 0;
    bytes -= size(event);
    fragments -= count(event);
    notifyAll();
    return event;
  }

  /** How long the whole fragment waited that was taken last; zero where that was something else. */
  synchronized Duration waited() {
    return Duration.ofNanos(waited);
  }

  /** Fragments that wait, whole or begun; gaps do not count. */
  synchronized int waiting() {
    return fragments;
  }

  /**
   * How much capture time the parts that wait span. Whole fragments do not count: they come at
   * once, however long they are.
   */
  synchronized Duration waitingParts() {
    Instant oldest = null;
    Instant newest = null;
    for (Waiting waiting : events) {
      if (waiting.event() instanceof SourceEvent.Part part && !part.late()) {
        Instant at = part.frames().getFirst().time().capturedAt();
        oldest = oldest == null ? at : oldest;
        newest = at;
      }
    }
    return oldest == null || newest == null ? Duration.ZERO : Duration.between(oldest, newest);
  }

  /** Ends both sides; what waits is given up (it is not checkpointed, a successor reads it). */
  synchronized void close() {
    closed = true;
    events.clear();
    bytes = 0;
    fragments = 0;
    notifyAll();
  }

  private static int count(SourceEvent event) {
    return switch (event) {
      case SourceEvent.Fragment fragment -> 1;
      case SourceEvent.Part part -> part.frames().getFirst().time().fragmentStart() ? 1 : 0;
      case SourceEvent.FragmentEnd end -> 0;
      case SourceEvent.Gap gap -> 0;
      case SourceEvent.End end -> 0;
    };
  }

  private static long size(SourceEvent event) {
    return switch (event) {
      case SourceEvent.Fragment fragment -> size(fragment.frames());
      case SourceEvent.Part part -> size(part.frames());
      case SourceEvent.FragmentEnd end -> 0;
      case SourceEvent.Gap gap -> 0;
      case SourceEvent.End end -> 0;
    };
  }

  private static long size(List<EncodedFrame> frames) {
    long sum = 0;
    for (EncodedFrame frame : frames) {
      sum += frame.data().length;
    }
    return sum;
  }
}
