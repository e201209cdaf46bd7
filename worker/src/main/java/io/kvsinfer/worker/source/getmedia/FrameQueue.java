package io.kvsinfer.worker.source.getmedia;

import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Frames between the network and the decoder, bounded in number. When it is full of live frames the
 * oldest are dropped, up to the next keyframe, since nothing after a missing frame could be
 * decoded; what is dropped is counted and named as one gap in its place. Frames read to catch up
 * are not dropped: the reader waits. Thread-safe.
 */
final class FrameQueue {
  /**
   * An event that waits.
   *
   * @param since as {@link System#nanoTime}
   */
  private record Waiting(SourceEvent event, long since) {}

  private final int capacity;
  private final Duration shortestPatience;
  private final LongConsumer dropped;
  private final Deque<Waiting> events = new ArrayDeque<>();
  private Duration patience;
  private int frames;
  private boolean skipping;
  private boolean closed;
  private @Nullable FrameSourceException failure;
  private @Nullable Instant droppedFrom;
  private long droppedFrames;

  /**
   * @param capacity frames that may wait; a single part with more goes in alone
   * @param patience how long the oldest live frame may have waited before it is dropped for room
   * @param dropped told how many frames were dropped, each time
   */
  FrameQueue(int capacity, Duration patience, LongConsumer dropped) {
    this.capacity = capacity;
    this.shortestPatience = patience;
    this.patience = patience;
    this.dropped = dropped;
  }

  /** Fragments last so long: as long may live frames wait that came at once. */
  synchronized void fragmentsLast(Duration time) {
    patience = time.compareTo(shortestPatience) > 0 ? time : shortestPatience;
  }

  /** Adds an event; frames wait for room as long as they may. False once closed. */
  synchronized boolean put(SourceEvent event) throws InterruptedException {
    if (event instanceof SourceEvent.Part part) {
      return put(part);
    }
    if (!closed) {
      events.add(new Waiting(event, System.nanoTime()));
      notifyAll();
    }
    return !closed;
  }

  private boolean put(SourceEvent.Part part) throws InterruptedException {
    int more = part.frames().size();
    while (!closed && frames > 0 && frames + more > capacity) {
      long left = part.late() ? Long.MAX_VALUE : untilOverdue();
      if (left <= 0) {
        break;
      }
      wait(left / 1_000_000 + 1);
    }
    if (closed) {
      return false;
    }
    boolean keyframe = startsWithKeyframe(part);
    if (frames > 0 && frames + more > capacity) {
      dropOldest(more);
      skipping = frames == 0;
    }
    if (skipping && !keyframe) {
      drop(part);
    } else {
      skipping = false;
      events.add(new Waiting(part, System.nanoTime()));
      frames += more;
    }
    notifyAll();
    return true;
  }

  /** Nanoseconds until the oldest frame has waited too long. */
  private long untilOverdue() {
    for (Waiting waiting : events) {
      if (waiting.event() instanceof SourceEvent.Part) {
        return patience.toNanos() - (System.nanoTime() - waiting.since());
      }
    }
    return 0;
  }

  /** Makes room, and goes on to a part that a decoder can begin with. */
  private void dropOldest(int more) {
    List<Waiting> kept = new ArrayList<>();
    while (frames > 0) {
      Waiting oldest = events.remove();
      if (!(oldest.event() instanceof SourceEvent.Part part)) {
        kept.add(oldest);
      } else if (frames + more <= capacity && startsWithKeyframe(part)) {
        events.addFirst(oldest);
        break;
      } else {
        frames -= part.frames().size();
        drop(part);
      }
    }
    for (int i = kept.size() - 1; i >= 0; i--) {
      events.addFirst(kept.get(i));
    }
  }

  private void drop(SourceEvent.Part part) {
    if (droppedFrom == null) {
      droppedFrom = capturedAt(part);
    }
    droppedFrames += part.frames().size();
    dropped.accept(part.frames().size());
  }

  /** Nothing more comes: once what waits is taken, this is thrown. */
  synchronized void fail(FrameSourceException cause) {
    failure = cause;
    notifyAll();
  }

  /**
   * The oldest event, waiting for one; {@link SourceEvent.End} once closed.
   *
   * @throws FrameSourceException what {@link #fail} was given, when nothing else waits
   */
  synchronized SourceEvent take() throws InterruptedException {
    while (true) {
      SourceEvent event = poll();
      if (event != null) {
        return event;
      }
      wait();
    }
  }

  /** Likewise, null where none comes in time. */
  synchronized @Nullable SourceEvent take(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (true) {
      SourceEvent event = poll();
      long left = end - System.nanoTime();
      if (event != null || left <= 0) {
        return event;
      }
      wait(left / 1_000_000 + 1);
    }
  }

  private @Nullable SourceEvent poll() {
    if (closed) {
      return new SourceEvent.End();
    }
    SourceEvent gap = overload();
    if (gap != null) {
      return gap;
    }
    Waiting oldest = events.poll();
    SourceEvent event = oldest == null ? null : oldest.event();
    if (event instanceof SourceEvent.Part part) {
      frames -= part.frames().size();
      notifyAll();
    }
    if (event == null && failure != null) {
      throw failure;
    }
    return event;
  }

  /** What was dropped before the oldest part that waits, once it is known how far it reaches. */
  private @Nullable SourceEvent overload() {
    Instant from = droppedFrom;
    if (from == null) {
      return null;
    }
    Instant to = null;
    for (Waiting waiting : events) {
      if (waiting.event() instanceof SourceEvent.Part part) {
        to = capturedAt(part);
        break;
      }
    }
    if (to == null && failure == null) {
      return null;
    }
    long count = droppedFrames;
    droppedFrom = null;
    droppedFrames = 0;
    return new SourceEvent.Gap(
        from,
        to,
        GapReason.OVERLOAD,
        "%d frames were dropped: they came faster than they were taken, and %d may wait"
            .formatted(count, capacity));
  }

  /** Ends both sides; what waits is given up. */
  synchronized void close() {
    closed = true;
    events.clear();
    frames = 0;
    notifyAll();
  }

  private static Instant capturedAt(SourceEvent.Part part) {
    return part.frames().getFirst().time().capturedAt();
  }

  private static boolean startsWithKeyframe(SourceEvent.Part part) {
    EncodedFrame first = part.frames().getFirst();
    return first.time().keyframe();
  }
}
