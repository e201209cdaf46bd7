package io.kvsinfer.worker.source;

import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.Codec;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decoded frames of one camera: start, read until {@link #ended}, close. A thread of its own reads
 * the network a few fragments ahead and then waits, so nothing is dropped; decoding is done by
 * whoever reads. A new track (resolution, codec, parameter sets) gets a new decoder. Thread-safe;
 * frames come in the order of presentation and are to be closed by the caller.
 */
public final class FrameSource implements Iterable<VideoFrame>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FrameSource.class);
  private static final int FRAGMENTS_AHEAD = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final FragmentSource source;
  private final String name;
  private final Duration patience;
  private final Consumer<SourceEvent.Gap> gaps;
  private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(FRAGMENTS_AHEAD);
  private final ReentrantLock reading = new ReentrantLock();
  private final FragmentDecoder decoder = new FragmentDecoder();
  private final AtomicLong decodeErrors = new AtomicLong();
  private volatile @Nullable Thread reader;
  private volatile @Nullable Codec codec;
  private volatile boolean ended;
  private volatile boolean closed;
  private @Nullable FrameSourceException failure;

  private sealed interface Item {
    record Event(SourceEvent event) implements Item {}

    record Failure(FrameSourceException cause) implements Item {}
  }

  /**
   * Frames of a source, which is closed with this one.
   *
   * @param name of the camera, for the thread and the log
   */
  public FrameSource(String name, FragmentSource source) {
    this(name, source, PATIENCE);
  }

  /**
   * Likewise.
   *
   * @param patience how long one {@link #read} waits for a frame
   */
  public FrameSource(String name, FragmentSource source, Duration patience) {
    this(name, source, patience, gap -> {});
  }

  /**
   * Likewise.
   *
   * @param gaps told of every gap, on the thread that reads
   */
  public FrameSource(
      String name, FragmentSource source, Duration patience, Consumer<SourceEvent.Gap> gaps) {
    this.gaps = gaps;
    this.name = name;
    this.source = source;
    this.patience = patience;
  }

  /** Begins to read; once. */
  public synchronized void start() {
    if (reader != null || closed) {
      throw new IllegalStateException("camera " + name + " was started or closed before");
    }
    reader = Thread.ofVirtual().name("source-" + name).start(this::readAhead);
  }

  /**
   * The next frame; empty where none came in time, or a gap or a damaged frame lies here, or the
   * source has {@link #ended}.
   *
   * @throws FrameSourceException when the source gave up; then and ever after
   */
  public Optional<VideoFrame> read() throws InterruptedException {
    if (reader == null) {
      throw new IllegalStateException("camera " + name + " is not started");
    }
    reading.lockInterruptibly();
    try {
      while (!closed) {
        VideoFrame frame = decoder.next();
        if (frame != null) {
          return Optional.of(frame);
        }
        if (decoder.ended()) {
          ended = true;
          return Optional.empty();
        }
        if (failure != null) {
          throw failure;
        }
        Item item = items.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (item == null || !take(item)) {
          return Optional.empty();
        }
      }
      return Optional.empty();
    } catch (MediaException e) {
      decodeErrors.incrementAndGet();
      log.warn("camera {}: {}", name, e.getMessage());
      return Optional.empty();
    } finally {
      reading.unlock();
    }
  }

  /**
   * All frames until the source ends, waiting over passing failures. A frame is to be closed before
   * the next is asked for, or kept with {@link VideoFrame#retain}.
   */
  @Override
  public Iterator<VideoFrame> iterator() {
    return new Frames();
  }

  /** Whether frames come: connected, and the producer is not silent. */
  public boolean healthy() {
    return !closed && source.state() == ConnectionState.CONNECTED && !source.stalled();
  }

  /** Whether no more frames will come: a file came to its end, or this was closed. */
  public boolean ended() {
    return ended || closed;
  }

  /** What was read and what was not, so far. */
  public SourceAccount metrics() {
    return source.account();
  }

  /** What was not read, so far: from, to, how many and why. */
  public GapAccount gaps() {
    return source.gaps();
  }

  /** Frames that came whole and could not be decoded. */
  public long decodeErrors() {
    return decodeErrors.get();
  }

  public ConnectionState state() {
    return source.state();
  }

  /** Codec of the newest fragment read. */
  public Optional<Codec> codec() {
    return Optional.ofNullable(codec);
  }

  /** Ends reading, also a {@link #read} that waits, and frees the decoder. */
  @Override
  public void close() {
    closed = true;
    source.close();
    Thread thread = reader;
    if (thread != null) {
      thread.interrupt();
    }
    items.clear();
    items.offer(new Item.Event(new SourceEvent.End())); // wakes a read that waits
    reading.lock();
    try {
      decoder.close();
    } finally {
      reading.unlock();
    }
  }

  private void readAhead() {
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
      offer(e);
    } catch (RuntimeException e) {
      offer(new FrameSourceException("camera " + name + ": " + e, false, e));
    }
  }

  private void offer(FrameSourceException e) {
    try {
      items.put(new Item.Failure(e));
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  /** Takes what the reader handed on; false where it is no media. */
  private boolean take(Item item) {
    switch (item) {
      case Item.Failure(var cause) -> failure = cause;
      case Item.Event(SourceEvent.Fragment fragment) -> {
        codec = fragment.frames().getFirst().track().codec();
        decoder.add(fragment.frames());
      }
      case Item.Event(SourceEvent.Part part) -> {
        codec = part.frames().getFirst().track().codec();
        decoder.add(part.frames());
      }
      case Item.Event(SourceEvent.FragmentEnd end) -> {
        // nothing to decode, and nothing is amiss
      }
      case Item.Event(SourceEvent.Gap gap) -> {
        gaps.accept(gap);
        return false;
      }
      case Item.Event(SourceEvent.End end) -> decoder.end();
    }
    return true;
  }

  private final class Frames implements Iterator<VideoFrame> {
    private @Nullable VideoFrame next;

    @Override
    public boolean hasNext() {
      try {
        while (next == null && !ended()) {
          next = read().orElse(null);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return next != null;
    }

    @Override
    public VideoFrame next() {
      if (!hasNext()) {
        throw new NoSuchElementException("camera " + name + " has ended");
      }
      VideoFrame frame = next;
      next = null;
      if (frame == null) {
        throw new NoSuchElementException("camera " + name + " has ended");
      }
      return frame;
    }
  }
}
