package io.kvsinfer.worker.source.getmedia;

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
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  final FragmentSource source;
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

  /** Fragment and offset of each frame, and each fragment's end, in order. */
  List<String> frames() {
    return events.stream()
        .flatMap(e ->
            switch (e) {
              case SourceEvent.Part part ->
                  part.frames().stream().map(f -> part.number() + "+" + f.time().offsetMs());
              case SourceEvent.Fragment fragment ->
                  fragment.frames().stream()
                      .map(f -> fragment.number() + "+" + f.time().offsetMs() + " whole");
              case SourceEvent.FragmentEnd end -> List.of(end.number() + " end").stream();
              case SourceEvent.Gap gap -> List.<String>of().stream();
              case SourceEvent.End end -> List.<String>of().stream();
            })
        .toList();
  }

  List<SourceEvent.Part> parts() {
    return events.stream()
        .filter(SourceEvent.Part.class::isInstance)
        .map(SourceEvent.Part.class::cast)
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

  /** Waits until that fragment is whole. */
  void until(String number) throws Exception {
    try {
      Eventually.until(
          "the end of fragment " + number,
          PATIENCE,
          () -> frames().contains(number + " end") || failure != null);
      if (failure != null && !frames().contains(number + " end")) {
        throw new AssertionError("the source gave up", failure);
      }
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "; read " + frames() + gaps(), e);
    }
  }

  FrameSourceException failed() throws Exception {
    Eventually.until("the source gives up", PATIENCE, () -> failure != null);
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
