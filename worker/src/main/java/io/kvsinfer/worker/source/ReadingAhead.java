package io.kvsinfer.worker.source;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A source that reads the network on a thread of its own: what came waits to be taken. */
public interface ReadingAhead extends AutoCloseable {

  /** Begins to read, unless it has begun. */
  void start();

  /**
   * The next thing that happened, null where nothing came in time; {@link SourceEvent.End} once
   * closed.
   *
   * @param most how long to wait
   * @throws FrameSourceException once the source gave up and what it read before was taken
   */
  @Nullable SourceEvent next(Duration most) throws InterruptedException;

  /** Ends reading, also a {@link #next} that waits. */
  @Override
  void close();
}
