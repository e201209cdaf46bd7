package io.kvsinfer.worker.source;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a source on a virtual thread, a few fragments ahead, and then waits, so nothing is dropped.
 * {@link #next} is for one thread at a time.
 */
final class FragmentsAhead implements ReadingAhead {
  private static final int FRAGMENTS = 4;

  private sealed interface Item {
    record Event(SourceEvent event) implements Item {}

    record Failure(FrameSourceException cause) implements Item {}
  }

  private final String name;
  private final FragmentSource source;
  private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(FRAGMENTS);
  private volatile boolean closed;
  private @Nullable Thread reader;

  /**
   * @param name of the camera, for the thread and for messages
   * @param source closed with this
   */
  FragmentsAhead(String name, FragmentSource source) {
    this.name = name;
    this.source = source;
  }

  @Override
  public synchronized void start() {
    if (reader == null && !closed) {
      reader = Thread.ofVirtual().name("source-" + name).start(this::read);
    }
  }

  private void read() {
    try {
      while (!closed) {
        SourceEvent event = source.next();
        items.put(new Item.Event(event));
        if (event instanceof SourceEvent.End) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    } catch (FrameSourceException e) {
      fail(e);
    } catch (RuntimeException e) {
      fail(new FrameSourceException("camera " + name + ": " + e, false, e));
    }
  }

  private void fail(FrameSourceException e) {
    try {
      items.put(new Item.Failure(e));
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public @Nullable SourceEvent next(Duration most) throws InterruptedException {
    return switch (items.poll(most.toMillis(), TimeUnit.MILLISECONDS)) {
      case null -> null;
      case Item.Event(var event) -> event;
      case Item.Failure(var cause) -> throw cause;
    };
  }

  @Override
  public void close() {
    closed = true;
    source.close();
    synchronized (this) {
      if (reader != null) {
        reader.interrupt();
      }
    }
    items.clear();
    items.offer(new Item.Event(new SourceEvent.End())); // wakes who waits
  }
}
