package io.kvsinfer.local.kvs;

import io.kvsinfer.local.fault.Effect;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.VideoTrack;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A camera that is a file: plays it into a stream in real time. A frame is sent when it would have
 * been captured, and the fragment is whole with its last one; its producer timestamp is the time of
 * the start plus the media time. Thread-safe.
 */
public final class ClipFeed implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClipFeed.class);
  private static final Duration LONGEST_OF_KVS = Duration.ofSeconds(20);

  /**
   * How to play.
   *
   * @param loop whether the clip begins anew when it has ended
   * @param speed media seconds in a second; above 1 producer timestamps run ahead of the clock,
   *     {@link Double#POSITIVE_INFINITY} does not wait at all
   * @param shortestFragment cut at the first keyframe after this length, 1 to 20 s
   * @param startAt producer timestamp of the first frame; null for the time of the start
   */
  public record Options(
      boolean loop, double speed, Duration shortestFragment, @Nullable Instant startAt) {
    public Options {
      if (!(speed > 0)) {
        throw new IllegalArgumentException("speed " + speed + "; must be > 0");
      }
      if (shortestFragment.compareTo(Duration.ofSeconds(1)) < 0
          || shortestFragment.compareTo(LONGEST_OF_KVS) > 0) {
        throw new IllegalArgumentException(
            "fragments of at least " + shortestFragment + "; must be 1 s to 20 s");
      }
    }

    /** In real time, one fragment for each keyframe that is a second or more after the last. */
    public static Options once() {
      return new Options(false, 1, Duration.ofSeconds(1), null);
    }

    /** Likewise, again and again. */
    public static Options looping() {
      return new Options(true, 1, Duration.ofSeconds(1), null);
    }

    public Options withSpeed(double value) {
      return new Options(loop, value, shortestFragment, startAt);
    }

    public Options withStartAt(Instant value) {
      return new Options(loop, speed, shortestFragment, value);
    }
  }

  private final VideoStream stream;
  private final Path file;
  private final Options options;
  private final InstantSource clock;
  private final Function<String, List<Effect.CameraFault>> faults;
  private final FeedLine line;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean stalled;
  private boolean stopped;
  private volatile @Nullable Exception failure;

  /** Wall time at which the media's first frame is captured; moves when the feed stalls. */
  private Instant wallZero;

  /** Producer timestamp of the media's first frame; moves likewise. */
  private Instant producerZero;

  private ClipFeed(
      VideoStream stream,
      Path file,
      Options options,
      InstantSource clock,
      Function<String, List<Effect.CameraFault>> faults) {
    this.stream = stream;
    this.file = file;
    this.options = options;
    this.clock = clock;
    this.faults = faults;
    this.line = new FeedLine(stream, clock);
    wallZero = clock.instant();
    producerZero = options.startAt == null ? wallZero : options.startAt;
    thread = Thread.ofPlatform().daemon().name("feed-" + stream.name()).unstarted(this::play);
  }

  /**
   * Starts to play a file.
   *
   * @param faults those due to the next fragment of a stream, by its name; each given once
   * @throws IllegalArgumentException when the file cannot be read as video
   */
  static ClipFeed start(
      VideoStream stream,
      Path file,
      Options options,
      InstantSource clock,
      Function<String, List<Effect.CameraFault>> faults) {
    ClipFeed feed = new ClipFeed(stream, file, options, clock, faults);
    try (ClipFragments clip = feed.open(file)) {
      log.info("stream {}: playing {} ({})", stream.name(), file.getFileName(), clip.track());
    } catch (MediaException e) {
      throw new IllegalArgumentException("cannot play " + file + ": " + e.getMessage(), e);
    }
    feed.thread.start();
    return feed;
  }

  private ClipFragments open(Path file) throws MediaException {
    return new ClipFragments(file, options.shortestFragment.toNanos() / 1000);
  }

  private void play() {
    try {
      long positionUs = 0;
      int loop = 0;
      do {
        long end = playOnce(positionUs, loop++);
        if (end == positionUs) {
          throw new MediaException(file.getFileName() + " holds no keyframe");
        }
        positionUs = end;
      } while (options.loop);
      line.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (MediaException | RuntimeException e) {
      if (isStopped()) { // which also interrupts a read of the file
        log.debug("stream {}: stopped: {}", stream.name(), e.getMessage());
      } else {
        failure = e;
        log.error("stream {}: the feed ended", stream.name(), e);
      }
    }
  }

  /** Returns where the clip ends, in microseconds of media since the feed began. */
  private long playOnce(long fromUs, int loop) throws MediaException, InterruptedException {
    long zeroUs = fromUs;
    long end = fromUs;
    try (ClipFragments clip = open(file)) {
      Optional<ClipFragments.Cut> next = clip.next();
      while (next.isPresent()) {
        ClipFragments.Cut cut = next.get();
        List<Effect.CameraFault> due = faults.apply(stream.name());
        zeroUs += interrupt(due, zeroUs + cut.startUs());
        end = send(clip.track(), cut, zeroUs, new Place(cut.startUs() / 1e6, loop), due);
        next = clip.next();
      }
      return end;
    }
  }

  /** Where media is from; NaN seconds for that of another clip. */
  private record Place(double clipSeconds, int loop) {}

  /** Sends a fragment, each frame when it would have been captured; returns where it ends. */
  private long send(
      VideoTrack track,
      ClipFragments.Cut cut,
      long zeroUs,
      Place place,
      List<Effect.CameraFault> due)
      throws InterruptedException {
    long startUs = zeroUs + cut.startUs();
    long endUs = startUs + cut.durationUs();
    awaitNoStall(startUs);
    Instant producer = producerZero.plusNanos(startUs * 1000).truncatedTo(ChronoUnit.MILLIS);
    FeedLine.Way way =
        line.begin(
            new FeedLine.Head(producer, clock.instant(), track, place.clipSeconds, place.loop),
            due);
    boolean all = false;
    try {
      long capturedUs = 0;
      for (Sample sample : cut.samples()) {
        // a frame that leads up to a later one is encoded after that
        capturedUs = Math.max(capturedUs, sample.presentUs());
        awaitCaptured(startUs + capturedUs);
        way.frame(sample);
      }
      awaitCaptured(endUs);
      way.whole(cut.samples(), cut.durationUs());
      all = true;
    } finally {
      if (!all) {
        way.brokeOff();
      }
    }
    return endUs;
  }

  /** Keeps silent and plays other clips as is due; returns how much media that was. */
  private long interrupt(List<Effect.CameraFault> due, long atUs)
      throws MediaException, InterruptedException {
    long endUs = atUs;
    for (Effect.CameraFault fault : due) {
      switch (fault) {
        case Effect.Silence silence -> keepSilent(silence.time(), endUs);
        case Effect.CodecChange change -> {
          try (ClipFragments other = open(change.file())) {
            long zeroUs = endUs;
            Optional<ClipFragments.Cut> next = other.next();
            while (next.isPresent()) {
              endUs = send(other.track(), next.get(), zeroUs, new Place(Double.NaN, 0), List.of());
              next = other.next();
            }
          } catch (MediaException e) {
            log.error(
                "stream {}: the other clip of a codec change cannot be played", stream.name(), e);
          }
        }
        case Effect.Gap gap -> {}
        case Effect.Duplicate duplicate -> {}
        case Effect.Reorder reorder -> {}
        case Effect.ClockSkew skew -> {}
      }
    }
    return endUs - atUs;
  }

  private void awaitNoStall(long startUs) throws InterruptedException {
    lock.lock();
    try {
      if (!stalled) {
        return;
      }
      while (stalled) {
        changed.await();
      }
      goOn(startUs);
    } finally {
      lock.unlock();
    }
  }

  private void keepSilent(Duration time, long startUs) throws InterruptedException {
    lock.lock();
    try {
      long left = time.toNanos();
      while (left > 0 && !stopped) {
        left = changed.awaitNanos(left);
      }
      goOn(startUs);
    } finally {
      lock.unlock();
    }
  }

  /** What is at {@code startUs} of the media is captured now. */
  private void goOn(long startUs) {
    Duration missed = Duration.between(capturedAt(startUs), clock.instant());
    if (missed.isPositive()) {
      wallZero = wallZero.plus(missed);
      producerZero = producerZero.plus(missed);
    }
  }

  private void awaitCaptured(long us) throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        if (stopped) {
          throw new InterruptedException("stopped");
        }
        long left = Duration.between(clock.instant(), capturedAt(us)).toNanos();
        if (left <= 0) {
          return;
        }
        boolean _ = changed.await(left, TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  private Instant capturedAt(long us) {
    return wallZero.plusNanos(Math.round(us * 1000 / options.speed));
  }

  /** What was produced so far, in order. */
  public List<Fed> fed() {
    return line.fed();
  }

  /** Produces nothing after the fragment in progress, until {@link #resume}. */
  public void stall() {
    set(() -> stalled = true);
  }

  /** Goes on where the clip was left, with timestamps of now. */
  public void resume() {
    set(() -> stalled = false);
  }

  private void set(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it produces no more: the clip has ended, or it failed, or it was closed. */
  public boolean ended() {
    return !thread.isAlive();
  }

  /** Why it ended early. */
  public Optional<Exception> failure() {
    return Optional.ofNullable(failure);
  }

  /** Stops; the fragment in progress is not produced. */
  @Override
  public void close() {
    set(() -> stopped = true);
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
