package io.kvsinfer.worker.source;

import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.NativeDecoding;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.EncodedFrame;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decoded frames of one camera: start, read until {@link #ended}, close. A thread of its own reads
 * the network a few fragments ahead and then waits, so nothing is dropped, unless the source itself
 * reads ahead and drops by its own rule; decoding is done by whoever reads. A new track
 * (resolution, codec, parameter sets) gets a new decoder. Thread-safe; frames come in the order of
 * presentation and are to be closed by the caller.
 */
public final class FrameSource implements Iterable<VideoFrame>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FrameSource.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final FragmentSource source;
  private final String name;
  private final Duration patience;
  private final Consumer<SourceEvent.Gap> gaps;
  private final ReadingAhead ahead;
  private final ReentrantLock reading = new ReentrantLock();
  private final FragmentDecoder decoder = new FragmentDecoder();
  private final AtomicLong decodeErrors = new AtomicLong();
  private volatile @Nullable Codec codec;
  private volatile boolean started;
  private volatile boolean ended;
  private volatile boolean closed;
  private @Nullable FrameSourceException failure;

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
    // what has a thread for the network needs no second one that only passes things on
    this.ahead =
        source instanceof ReadingAhead reading ? reading : new FragmentsAhead(name, source);
    this.patience = patience;
  }

  /** Begins to read; once. */
  public synchronized void start() {
    if (started || closed) {
      throw new IllegalStateException("camera " + name + " was started or closed before");
    }
    started = true;
    NativeDecoding.prepare();
    ahead.start();
  }

  /**
   * The next frame; empty where none came in time, or a gap or a damaged frame lies here, or the
   * source has {@link #ended}.
   *
   * @throws FrameSourceException when the source gave up; then and ever after
   */
  public Optional<VideoFrame> read() throws InterruptedException {
    if (!started) {
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
        SourceEvent event = next();
        if (event == null || !take(event)) {
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
    ahead.close();
    reading.lock();
    try {
      decoder.close();
    } finally {
      reading.unlock();
    }
  }

  /** What comes next, null where nothing came in time. */
  private @Nullable SourceEvent next() throws InterruptedException {
    try {
      return ahead.next(patience);
    } catch (FrameSourceException e) {
      failure = e;
      throw e;
    }
  }

  /** Takes what was read; false where it is no media. */
  private boolean take(SourceEvent event) {
    switch (event) {
      case SourceEvent.Fragment fragment -> add(fragment.frames());
      case SourceEvent.Part part -> add(part.frames());
      case SourceEvent.FragmentEnd end -> {
        // nothing to decode, and nothing is amiss
      }
      case SourceEvent.Gap gap -> {
        gaps.accept(gap);
        return false;
      }
      case SourceEvent.End end -> decoder.end();
    }
    return true;
  }

  private void add(List<EncodedFrame> frames) {
    codec = frames.getFirst().track().codec();
    decoder.add(frames);
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
