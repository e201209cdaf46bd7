package io.kvsinfer.worker.source.hls;

import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.SourceEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Reads a source on a thread of its own and keeps what came. */
final class Reading implements AutoCloseable {
  private final FragmentSource source;
  private final List<SourceEvent> events = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile @Nullable FrameSourceException failure;

  Reading(FragmentSource source) {
    this.source = source;
    this.thread = Thread.ofVirtual().start(this::run);
  }

  private void run() {
    try {
      SourceEvent event;
      do {
        event = source.next();
        events.add(event);
      } while (!(event instanceof SourceEvent.End));
    } catch (FrameSourceException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  List<String> numbers() {
    return events.stream()
        .filter(SourceEvent.Fragment.class::isInstance)
        .map(e -> String.valueOf(((SourceEvent.Fragment) e).number()))
        .toList();
  }

  List<SourceEvent.Fragment> fragments() {
    return events.stream()
        .filter(SourceEvent.Fragment.class::isInstance)
        .map(SourceEvent.Fragment.class::cast)
        .toList();
  }

  List<SourceEvent.Gap> gaps() {
    return events.stream()
        .filter(SourceEvent.Gap.class::isInstance)
        .map(SourceEvent.Gap.class::cast)
        .toList();
  }

  boolean ended() {
    return !events.isEmpty() && events.getLast() instanceof SourceEvent.End;
  }

  @Nullable FrameSourceException failure() {
    return failure;
  }

  /** Waits until the newest fragment read is that one. */
  void until(String number) throws Exception {
    try {
      Eventually.until(
          "fragment " + number,
          Duration.ofSeconds(10),
          () -> !numbers().isEmpty() && numbers().getLast().equals(number));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; read " + events + ", failure " + failure, e);
    }
  }

  FrameSourceException failed() throws Exception {
    Eventually.until("the source gives up", Duration.ofSeconds(10), () -> failure != null);
    FrameSourceException seen = failure;
    if (seen == null) {
      throw new AssertionError("no failure");
    }
    return seen;
  }

  @Override
  public void close() {
    source.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
