package io.kvsinfer.worker.app;

import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.worker.app.LookQueue.Item;
import io.kvsinfer.worker.sample.Decision;
import io.kvsinfer.worker.sample.PlannedFrame;
import io.kvsinfer.worker.sample.Sampler;
import io.kvsinfer.worker.source.FragmentDecoder;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.SourceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One viewing of a camera, from connecting until the source ends or gives up, or {@link #stop}. A
 * virtual thread reads, a platform thread decodes, the caller of {@link #run} looks. What is read
 * waits in a queue bounded in bytes, what is decoded in one of a few frames. When fragments wait to
 * be decoded, the camera is behind and a live fragment is looked at on its keyframe only.
 */
final class Viewing {
  /** Told, on the thread of {@link #run}, what passed, in presentation order. */
  interface Viewer {
    /** A frame to look at; it is closed after the call. */
    void look(VideoFrame frame, boolean late);

    /** Every frame of this fragment has passed. */
    void fragmentDone(String number, Instant capturedAt);

    /** Media that was not read. */
    void missing(SourceEvent.Gap gap);

    /**
     * Frames of the sampling grid left out of a fragment because looking takes too long; 0 once it
     * no longer does.
     */
    void overloaded(int frames);

    /** A frame that could not be decoded. */
    void undecodable(String reason);
  }

  private static final Logger log = LoggerFactory.getLogger(Viewing.class);
  private static final long MAX_WAITING_BYTES = 32L << 20;
  private static final int WAITING_FRAMES = 4;

  /** HLS brings a fragment at a time: one may wait while another is looked at, not more. */
  private static final int BEHIND = 2;

  private final String camera;
  private final FragmentSource source;
  private final Sampler sampler;
  private final boolean lossless;
  private final Viewer viewer;
  private final FragmentQueue read = new FragmentQueue(MAX_WAITING_BYTES);
  private final LookQueue decoded = new LookQueue(WAITING_FRAMES);
  private volatile @Nullable RuntimeException failure;

  /**
   * @param source closed at the end of {@link #run}
   * @param lossless nothing is dropped, whatever the time it takes: files and backfill
   */
  Viewing(String camera, FragmentSource source, Sampler sampler, boolean lossless, Viewer viewer) {
    this.camera = camera;
    this.source = source;
    this.sampler = sampler;
    this.lossless = lossless;
    this.viewer = viewer;
  }

  /**
   * Reads, decodes and looks until there is nothing more.
   *
   * @throws FrameSourceException when the source gave up
   */
  void run() throws InterruptedException {
    Thread reader = Thread.ofVirtual().name("read-" + camera).unstarted(inContext(this::read));
    Thread decoder =
        Thread.ofPlatform().name("decode-" + camera).unstarted(inContext(this::decode));
    reader.start();
    decoder.start();
    try {
      look();
    } finally {
      stop();
      reader.join();
      decoder.join();
      decoded.close();
    }
    RuntimeException why = failure;
    if (why != null) {
      throw why;
    }
  }

  /** Ends the viewing soon; frames not looked at yet are given up (and not checkpointed). */
  void stop() {
    source.close();
    read.close();
    decoded.close();
  }

  private void read() {
    try {
      while (true) {
        SourceEvent event = source.next();
        if (!read.put(event) || event instanceof SourceEvent.End) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failed(e);
    } catch (Error e) {
      failed(new IllegalStateException("reading ended: " + e, e));
    }
    endReading();
  }

  /** The first failure is the one that is told. */
  private synchronized void failed(RuntimeException e) {
    if (failure == null) {
      failure = e;
    }
  }

  private void endReading() {
    try {
      boolean _ = read.put(new SourceEvent.End());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void decode() {
    try (Decoding decoding = new Decoding()) {
      while (true) {
        switch (read.take()) {
          case SourceEvent.Fragment fragment -> decoding.fragment(fragment);
          case SourceEvent.Gap gap -> decoded.put(new Item.Missing(gap));
          case SourceEvent.End() -> {
            decoding.end();
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failed(e);
    } catch (Error e) {
      failed(new IllegalStateException("decoding ended: " + e, e));
    } finally {
      // However it ends, nobody waits for more.
      decoded.finish();
    }
  }

  private void look() throws InterruptedException {
    while (true) {
      Item item = decoded.take();
      switch (item) {
        case Item.Look look -> {
          try (VideoFrame frame = look.frame()) {
            viewer.look(frame, look.late());
          }
        }
        case Item.FragmentDone done -> viewer.fragmentDone(done.number(), done.capturedAt());
        case Item.Missing missing -> viewer.missing(missing.gap());
        case Item.Overload overload -> viewer.overloaded(overload.frames());
        case Item.Undecodable undecodable -> viewer.undecodable(undecodable.reason());
        case Item.Finished() -> {
          return;
        }
      }
    }
  }

  private Runnable inContext(Runnable task) {
    return () -> {
      MDC.put("camera_name", camera);
      try {
        task.run();
      } finally {
        MDC.remove("camera_name");
      }
    };
  }

  /** A fragment whose pictures are still to come out of the decoder. */
  private record Begun(String number, boolean late) {}

  /** The decoding thread's part: which frames are looked at, and where fragments end. */
  private final class Decoding implements AutoCloseable {
    private final FragmentDecoder decoder = new FragmentDecoder();
    private final Queue<Begun> begun = new ArrayDeque<>();
    private final Set<Instant> keyframes = new HashSet<>();
    private boolean overloaded;
    private @Nullable String current;
    private boolean late;
    private Instant newest = Instant.EPOCH;

    void fragment(SourceEvent.Fragment fragment) throws InterruptedException {
      if (fragment.number() != null) {
        begun.add(new Begun(fragment.number(), fragment.late()));
      }
      List<PlannedFrame> plan = sampler.plan(fragment.frames());
      boolean behind = !lossless && !fragment.late() && read.waiting() >= BEHIND;
      EncodedFrame key = behind ? keyframe(fragment) : null;
      if (behind || overloaded) {
        decoded.put(new Item.Overload(behind ? leftOut(plan, key) : 0));
        overloaded = behind;
      }
      if (key != null) {
        keyframes.add(key.time().capturedAt());
      }
      decoder.add(behind ? Stream.ofNullable(key).toList() : wanted(plan));
      drain();
    }

    /** The frame to look at when there is time for one, whether or not it lies on the grid. */
    private static @Nullable EncodedFrame keyframe(SourceEvent.Fragment fragment) {
      return fragment.frames().stream().filter(f -> f.time().keyframe()).findFirst().orElse(null);
    }

    private static int leftOut(List<PlannedFrame> plan, @Nullable EncodedFrame key) {
      return (int)
          plan.stream()
              .filter(p -> p.decision() == Decision.DECODE_AND_LOOK && !p.frame().equals(key))
              .count();
    }

    private static List<EncodedFrame> wanted(List<PlannedFrame> plan) {
      return plan.stream()
          .filter(p -> p.decision() != Decision.DROP)
          .map(PlannedFrame::frame)
          .toList();
    }

    void end() throws InterruptedException {
      decoder.end();
      while (!decoder.ended()) {
        drain();
      }
      if (current != null) {
        decoded.put(new Item.FragmentDone(current, newest));
      }
    }

    private void drain() throws InterruptedException {
      while (true) {
        try {
          VideoFrame picture = decoder.next();
          if (picture == null) {
            return;
          }
          pass(picture);
        } catch (MediaException e) {
          log.warn("camera {}: a frame could not be decoded: {}", camera, e.getMessage());
          decoded.put(new Item.Undecodable(String.valueOf(e.getMessage())));
        }
      }
    }

    private void pass(VideoFrame picture) throws InterruptedException {
      boolean taken = false;
      try {
        String number = picture.time().fragmentNumber();
        if (number != null && !number.equals(current)) {
          // Only now is every picture of the fragment before out of the decoder.
          if (current != null) {
            decoded.put(new Item.FragmentDone(current, newest));
          }
          current = number;
          late = isLate(number);
        }
        newest = picture.time().capturedAt();
        boolean planned = sampler.looksAt(picture.time());
        boolean only = keyframes.contains(newest);
        keyframes.removeIf(k -> !k.isAfter(newest));
        if (only || planned) {
          decoded.put(new Item.Look(picture, late));
          taken = true;
        }
      } finally {
        if (!taken) {
          picture.close();
        }
      }
    }

    /** Also forgets the fragments before it, of which no picture came. */
    private boolean isLate(String number) {
      if (begun.stream().noneMatch(b -> b.number().equals(number))) {
        return false;
      }
      while (true) {
        Begun next = begun.remove();
        if (next.number().equals(number)) {
          return next.late();
        }
      }
    }

    @Override
    public void close() {
      decoder.close();
    }
  }

  /** How long a gap is, in seconds of capture time; 0 where one end is not known. */
  static double seconds(SourceEvent.Gap gap) {
    return gap.from() == null || gap.to() == null
        ? 0
        : Duration.between(gap.from(), gap.to()).toNanos() / 1e9;
  }
}
