package io.kvsinfer.worker.source.getmedia;

import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.media.mkv.MatroskaException;
import io.kvsinfer.worker.source.Backoff;
import io.kvsinfer.worker.source.Connection;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.GetMediaStreamException;
import io.kvsinfer.worker.source.KvsConnectionException;
import io.kvsinfer.worker.source.SourceCounters;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceTime;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reading thread of a source: connection after connection, until it is closed or gives up. Run
 * by one thread.
 */
final class MediaReading {
  private static final Logger log = LoggerFactory.getLogger(MediaReading.class);

  /** Tries of bytes that cannot be read, before reading goes on behind them. */
  private static final int TRIES_OF_BROKEN = 3;

  /** A frame that took so long to be handed on waited for room. */
  private static final long HELD_NANOS = 50_000_000;

  private static final double MULTIPLIER = 2.0;

  /** How a connection ended without an error. */
  private enum Ending {
    /** Between two fragments, or nobody sends: another is opened at once. */
    PLAIN,
    /** Before anything came. */
    EMPTY,
    /** In the middle of a fragment. */
    INSIDE,
    /** It was ended here: the network brings less than the camera sends. */
    BEHIND
  }

  private final String cameraId;
  private final MediaConnections connections;
  private final GetMediaSettings settings;
  private final GetMediaMetrics.Camera metrics;
  private final SourceTime time;
  private final GetMediaTimes times;
  private final Connection connection;
  private final SourceCounters counters;
  private final FrameQueue queue;
  private final CountDownLatch closed;
  private final FragmentLedger ledger;
  private final Lag lag;
  private final Backoff backoff;
  private final @Nullable SourceEvent before;
  private volatile long movedAt;
  private boolean everOpened;
  private boolean failedInside;
  private long openedAt;
  private boolean delivered;
  private String brokenPlace = "";
  private int brokenTries;

  MediaReading(
      String cameraId,
      MediaConnections connections,
      GetMediaSettings settings,
      GetMediaStart start,
      GetMediaMetrics.Camera metrics,
      SourceTime time,
      RandomGenerator random,
      GetMediaTimes times,
      Connection connection,
      SourceCounters counters,
      FrameQueue queue,
      CountDownLatch closed) {
    this.cameraId = cameraId;
    this.connections = connections;
    this.settings = settings;
    this.metrics = metrics;
    this.time = time;
    this.times = times;
    this.connection = connection;
    this.counters = counters;
    this.queue = queue;
    this.closed = closed;
    this.ledger = new FragmentLedger(settings, start, times, time);
    this.lag = new Lag(times.behind());
    this.before = ledger.tooOldBefore(start).orElse(null);
    double delay = settings.reconnectDelaySeconds();
    double longest = Math.max(delay, times.longestDelay().toNanos() / 1e9);
    this.backoff = new Backoff(delay, longest, MULTIPLIER, random);
    this.movedAt = time.nanos();
    this.openedAt = time.nanos() - times.betweenCalls().toNanos();
  }

  /** When media last came, as {@link SourceTime#nanos} counts. For any thread. */
  long movedAt() {
    return movedAt;
  }

  /**
   * Reads until the source is closed.
   *
   * @throws FrameSourceException when KVS refuses for good, or too often in a row
   */
  void run() throws InterruptedException {
    if (before != null) {
      hand(before);
    }
    while (!isClosed()) {
      try {
        switch (readConnection()) {
          case PLAIN -> log.info("camera {}: the connection ended, opening another", cameraId);
          case BEHIND ->
              log.warn(
                  "camera {}: the network brings less than the camera sends, going on with the"
                      + " newest fragment",
                  cameraId);
          case EMPTY -> recover("the connection ended before any media came");
          case INSIDE -> recover("the connection ended in the middle, " + ledger.place());
        }
      } catch (KvsConnectionException e) {
        if (e.permanent()) {
          throw e;
        }
        recover(e);
      } catch (MatroskaException e) {
        recover("%s: %s".formatted(ledger.place(), e.getMessage()));
      } catch (IOException e) {
        recover("%s: %s".formatted(ledger.place(), e.getMessage()));
      }
    }
  }

  private Ending readConnection() throws IOException, MatroskaException, InterruptedException {
    await(times.betweenCalls().minus(Duration.ofNanos(time.nanos() - openedAt)));
    if (isClosed()) {
      return Ending.PLAIN;
    }
    if (everOpened) {
      counters.reconnect();
      metrics.resets().increment();
    }
    MediaStart start = ledger.next();
    openedAt = time.nanos();
    delivered = false;
    lag.opened();
    try (InputStream in = connections.open(start)) {
      everOpened = true;
      if (!failedInside) {
        connection.connected(); // a silent producer is a state, not an error
      }
      log.info("camera {}: reading {} {}", cameraId, connections.name(), start);
      return read(new FragmentStream(in, settings.chunkSize()));
    } finally {
      ledger.broken();
    }
  }

  private Ending read(FragmentStream stream)
      throws IOException, MatroskaException, InterruptedException {
    while (!isClosed()) {
      try {
        switch (stream.next()) {
          case MediaItem.Begin(var tags) -> hand(ledger.begin(tags));
          case MediaItem.Frame(var frame) -> {
            movedAt = time.nanos();
            hand(ledger.frame(frame));
          }
          case MediaItem.Whole(var tags) -> {
            delivered = true;
            queue.fragmentsLast(ledger.lasted());
            ledger.behind().ifPresent(lag::whole);
            hand(ledger.whole());
            if (lag.tooMuch()) {
              ledger.leaveOut();
              return Ending.BEHIND;
            }
          }
          case MediaItem.Failed(var error) -> {
            failedInside = true;
            if (error.id() == MediaError.FRAGMENT_NOT_FOUND) {
              ledger.goOnByTime();
            }
            throw new KvsConnectionException(
                "stream %s %s".formatted(connections.name(), error.sentence()),
                error.permanent(),
                null);
          }
          case MediaItem.Ended(var inside) -> {
            return ending(inside);
          }
        }
      } catch (MatroskaException e) {
        goOnBehind(stream, e);
      } catch (IdleException e) {
        if (ledger.betweenFragments()) {
          return Ending.PLAIN;
        }
        throw e;
      }
    }
    return Ending.PLAIN;
  }

  private Ending ending(boolean inside) {
    if (inside || !ledger.betweenFragments()) {
      return Ending.INSIDE;
    }
    boolean lasted = time.nanos() - openedAt >= times.settled().toNanos();
    return delivered || lasted ? Ending.PLAIN : Ending.EMPTY;
  }

  /**
   * Broken bytes are read once more by a new connection. Where they come again as they were,
   * reading goes on behind them, and what is lost is named when the next fragment comes.
   */
  private void goOnBehind(FragmentStream stream, MatroskaException e)
      throws IOException, MatroskaException {
    metrics.parseErrors().increment();
    String place = ledger.place();
    brokenTries = place.equals(brokenPlace) ? brokenTries + 1 : 1;
    brokenPlace = place;
    if (brokenTries < TRIES_OF_BROKEN) {
      throw e;
    }
    counters.readError();
    Duration _ = backoff.next();
    requireTries(place + ": " + e.getMessage(), null);
    log.warn("camera {}: going on behind broken bytes {}: {}", cameraId, place, e.getMessage());
    ledger.broken();
    if (!stream.resync()) {
      throw e;
    }
  }

  private void hand(List<SourceEvent> events) throws InterruptedException {
    for (SourceEvent event : events) {
      hand(event);
    }
  }

  private void hand(SourceEvent event) throws InterruptedException {
    if (event instanceof SourceEvent.Part part) {
      Instant now = time.instant();
      counters.part(part.frames().size(), now);
      metrics.frames().add(part.frames().size());
      metrics.lastFrame().set(now.toEpochMilli() / 1000.0);
      backoff.reset();
      failedInside = false;
      connection.connected();
    }
    long before = time.nanos();
    boolean _ = queue.put(event); // false once closed, which ends the loop
    if (time.nanos() - before > HELD_NANOS) {
      lag.held();
    }
  }

  private void recover(String why) throws InterruptedException {
    recover(new GetMediaStreamException(why, false, null));
  }

  private void recover(FrameSourceException cause) throws InterruptedException {
    if (isClosed()) {
      return;
    }
    counters.readError();
    counters.broken(time.instant());
    String why = String.valueOf(cause.getMessage());
    connection.broken(why);
    Duration wait = backoff.next();
    requireTries(why, cause);
    log.warn("camera {}: trying again in {} ms: {}", cameraId, wait.toMillis(), why);
    await(wait);
  }

  private void requireTries(String why, @Nullable FrameSourceException cause) {
    if (backoff.failures() > settings.maxReconnectAttempts()) {
      String message = "gave up after %d failures in a row: %s".formatted(backoff.failures(), why);
      throw cause instanceof KvsConnectionException
          ? new KvsConnectionException(message, false, cause)
          : new GetMediaStreamException(message, false, cause);
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Waits, but not beyond the end of the source. */
  private void await(Duration wait) throws InterruptedException {
    if (wait.isPositive()) {
      time.await(wait, closed);
    }
  }
}
