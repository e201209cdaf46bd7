package io.kvsinfer.worker.app;

import io.kvsinfer.media.decode.NativeDecoding;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.app.LookQueue.Item;
import io.kvsinfer.worker.sample.MotionGate;
import io.kvsinfer.worker.sample.Sampler;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.SourceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * One viewing of a camera, from connecting until the source ends or gives up, or {@link #stop}. A
 * virtual thread reads, a platform thread decodes, the caller of {@link #run} looks. What is read
 * waits in a queue bounded in bytes, what is decoded in one of a few frames. When live fragments
 * wait to be decoded, the camera is behind, and they are looked at on every other frame of the
 * grid, then on keyframes only.
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
     * Looking takes too long, or no longer does.
     *
     * @param step of quality from here on: 0 every frame of the grid, 1 every other, 2 keyframes, 3
     *     what can be brought and taken
     * @param frames of the grid left out
     */
    void overloaded(int step, int frames);

    /** Frames of the sampling grid left out because nothing moves and nothing is followed. */
    default void idle(int frames) {}

    /** Whether what was seen so far calls for every frame of the grid, motion or not. */
    default boolean engaged() {
      return false;
    }

    /** A frame that could not be decoded. */
    void undecodable(String reason);
  }

  /** Steps of quality, as {@code kvs_infer_quality_step} shows them. */
  static final int EVERY_FRAME = 0;

  static final int FEWER = 1;
  static final int KEYFRAMES = 2;

  /** The source itself leaves media out, since the network or this machine cannot keep up. */
  static final int LEFT_OUT = 3;

  private static final long MAX_WAITING_BYTES = 32L << 20;
  private static final int WAITING_FRAMES = 4;

  /** HLS brings a fragment at a time: one may wait while another is looked at, not more. */
  private static final int BEHIND = 2;

  /** GetMedia brings frames as they are captured. */
  private static final Duration BEHIND_IN_PARTS = Duration.ofSeconds(1);

  /** Half of that is worth looking less often. */
  private static final Duration LAGGING_IN_PARTS = Duration.ofMillis(500);

  /**
   * A fragment that waited so long to be decoded comes from a camera that is looked at too slowly.
   */
  private static final Duration LAGGING = Duration.ofSeconds(2);

  private final String camera;
  private final FragmentSource source;
  private final Sampler sampler;
  private final @Nullable MotionGate gate;
  private final boolean lossless;
  private final Viewer viewer;
  private final FragmentQueue read;
  private final LookQueue decoded = new LookQueue(WAITING_FRAMES);
  private volatile @Nullable RuntimeException failure;

  /**
   * @param source closed at the end of {@link #run}
   * @param gate null = the camera is always awake
   * @param lossless nothing is dropped, whatever the time it takes: files and backfill
   */
  Viewing(
      String camera,
      FragmentSource source,
      Sampler sampler,
      @Nullable MotionGate gate,
      boolean lossless,
      Viewer viewer) {
    this(camera, source, sampler, gate, lossless, viewer, System::nanoTime);
  }

  /**
   * Likewise.
   *
   * @param nanos time that passes, as {@link System#nanoTime}
   */
  Viewing(
      String camera,
      FragmentSource source,
      Sampler sampler,
      @Nullable MotionGate gate,
      boolean lossless,
      Viewer viewer,
      LongSupplier nanos) {
    this.read = new FragmentQueue(MAX_WAITING_BYTES, nanos);
    this.camera = camera;
    this.source = source;
    this.sampler = sampler;
    this.gate = gate;
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
    NativeDecoding.prepare();
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
    try (Decoding decoding = new Decoding(camera, sampler, gate, decoded, this::quality)) {
      while (true) {
        switch (read.take()) {
          case SourceEvent.Fragment fragment -> decoding.fragment(fragment);
          case SourceEvent.Part part -> decoding.part(part);
          case SourceEvent.FragmentEnd end -> decoding.fragmentEnd(end.number());
          case SourceEvent.Gap gap -> decoding.gap(gap);
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

  /** How well a live frame is looked at: less where the camera sends more than is looked at. */
  private int quality() {
    if (lossless) {
      return EVERY_FRAME;
    }
    Duration parts = read.waitingParts();
    if (read.waiting() >= BEHIND || parts.compareTo(BEHIND_IN_PARTS) >= 0) {
      return KEYFRAMES;
    }
    boolean lags = parts.compareTo(LAGGING_IN_PARTS) >= 0 || read.waited().compareTo(LAGGING) >= 0;
    return lags ? FEWER : EVERY_FRAME;
  }

  private void look() throws InterruptedException {
    while (true) {
      Item item = decoded.take();
      switch (item) {
        case Item.Look look -> {
          try (VideoFrame frame = look.frame()) {
            viewer.look(frame, look.late());
          }
          decoded.looked(viewer.engaged());
        }
        case Item.FragmentDone done -> viewer.fragmentDone(done.number(), done.capturedAt());
        case Item.Missing missing -> viewer.missing(missing.gap());
        case Item.Overload overload -> viewer.overloaded(overload.step(), overload.frames());
        case Item.Idle idle -> viewer.idle(idle.frames());
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

  /** How long a gap is, in seconds of capture time; 0 where one end is not known. */
  static double seconds(SourceEvent.Gap gap) {
    return gap.from() == null || gap.to() == null
        ? 0
        : Duration.between(gap.from(), gap.to()).toNanos() / 1e9;
  }
}
