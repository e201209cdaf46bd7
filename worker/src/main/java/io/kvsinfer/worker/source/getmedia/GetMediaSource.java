package io.kvsinfer.worker.source.getmedia;

import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.worker.source.Connection;
import io.kvsinfer.worker.source.ConnectionState;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.ReadingAhead;
import io.kvsinfer.worker.source.SourceAccount;
import io.kvsinfer.worker.source.SourceCounters;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * Reads a stream by GetMedia, frame by frame as they come, each once and in order, over connections
 * that end or break. What KVS has is handed on or named as a gap; never neither.
 *
 * <p>Fragments come in {@link SourceEvent.Part}s. A thread of its own reads the network into a
 * queue of {@code frame_queue.max_size} frames; while it is full of live frames the oldest are
 * dropped, counted and named, and frames read to catch up wait. {@link #next} is for one thread,
 * everything else for any.
 */
public final class GetMediaSource implements FragmentSource, ReadingAhead {
  private static final Logger log = LoggerFactory.getLogger(GetMediaSource.class);

  /** Marks gaps, for programs that tell them in their own way. */
  private static final Marker GAP = MarkerFactory.getMarker("GAP");

  private final String cameraId;
  private final MediaConnections connections;
  private final GetMediaMetrics.Camera metrics;
  private final SourceTime time;
  private final GetMediaTimes times;
  private final Connection connection;
  private final SourceCounters counters = new SourceCounters();
  private final FrameQueue queue;
  private final MediaReading reading;
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Thread reader;

  /**
   * A source that connects at the first {@link #next}.
   *
   * @param cameraId label of metrics and logs
   * @param connections of the stream; closed with the source
   * @param random for the jitter of retries
   */
  public GetMediaSource(
      String cameraId,
      MediaConnections connections,
      GetMediaSettings settings,
      GetMediaStart start,
      GetMediaMetrics metrics,
      InstantSource clock,
      RandomGenerator random) {
    this(cameraId, connections, settings, start, metrics, SourceTime.of(clock), random);
  }

  /**
   * Likewise, in a time of its own.
   *
   * @param time that passes for this source
   */
  public GetMediaSource(
      String cameraId,
      MediaConnections connections,
      GetMediaSettings settings,
      GetMediaStart start,
      GetMediaMetrics metrics,
      SourceTime time,
      RandomGenerator random) {
    this(cameraId, connections, settings, start, metrics, time, random, GetMediaTimes.DEFAULT);
  }

  GetMediaSource(
      String cameraId,
      MediaConnections connections,
      GetMediaSettings settings,
      GetMediaStart start,
      GetMediaMetrics metrics,
      SourceTime time,
      RandomGenerator random,
      GetMediaTimes times) {
    this.cameraId = cameraId;
    this.connections = connections;
    this.metrics = metrics.camera(cameraId);
    this.time = time;
    this.times = times;
    this.connection = new Connection(s -> this.metrics.connectionState().set(s.code()));
    this.queue =
        new FrameQueue(
            settings.frameQueueMaxSize(),
            Duration.ofNanos(Math.round(settings.frameQueueTimeoutSeconds() * 1e9)),
            n -> this.metrics.dropped().inc(n));
    this.reading =
        new MediaReading(
            cameraId,
            connections,
            settings,
            start,
            this.metrics,
            time,
            random,
            times,
            connection,
            counters,
            queue,
            closed);
  }

  @Override
  public SourceEvent next() throws InterruptedException {
    start();
    return handed(queue.take());
  }

  @Override
  public @Nullable SourceEvent next(Duration most) throws InterruptedException {
    start();
    SourceEvent event = queue.take(most);
    return event == null ? null : handed(event);
  }

  @Override
  public synchronized void start() {
    connection.start();
    if (reader == null && closed.getCount() > 0) {
      reader = Thread.ofVirtual().name("getmedia-" + cameraId).start(this::read);
    }
  }

  private void read() {
    try {
      reading.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    } catch (FrameSourceException e) {
      connection.failed();
      queue.fail(e);
    } catch (RuntimeException e) {
      connection.failed();
      queue.fail(new FrameSourceException("camera " + cameraId + ": " + e, false, e));
    }
  }

  private SourceEvent handed(SourceEvent event) {
    switch (event) {
      case SourceEvent.Part part -> {
        if (!part.late()) {
          part.frames().forEach(f -> latency(f.time().capturedAt()));
        }
      }
      case SourceEvent.Gap gap -> {
        counters.gap(gap);
        log.warn(
            GAP,
            "camera {}: gap {} from {} to {}: {}",
            cameraId,
            gap.reason(),
            gap.from(),
            gap.to(),
            gap.detail());
      }
      case SourceEvent.FragmentEnd end -> counters.fragmentEnd();
      case SourceEvent.Fragment fragment ->
          throw new IllegalStateException("GetMedia has parts of fragments");
      case SourceEvent.End end -> {
        // closed
      }
    }
    return event;
  }

  private void latency(Instant capturedAt) {
    double seconds = Duration.between(capturedAt, time.instant()).toNanos() / 1e9;
    metrics.latencyMs().set(seconds * 1000);
    metrics.latency().observe(Math.max(0, seconds));
  }

  @Override
  public ConnectionState state() {
    return connection.state();
  }

  @Override
  public Optional<String> trouble() {
    return connection.trouble();
  }

  @Override
  public boolean stalled() {
    return state() == ConnectionState.CONNECTED
        && time.nanos() - reading.movedAt() > times.stalled().toNanos();
  }

  @Override
  public SourceAccount account() {
    return counters.account();
  }

  @Override
  public GapAccount gaps() {
    return counters.gapAccount();
  }

  @Override
  public void close() {
    closed.countDown();
    queue.close();
    synchronized (this) {
      if (reader != null) {
        reader.interrupt();
      }
    }
    connections.close();
    connection.close();
  }
}
