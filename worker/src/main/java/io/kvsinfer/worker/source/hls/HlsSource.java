package io.kvsinfer.worker.source.hls;

import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.worker.source.Backoff;
import io.kvsinfer.worker.source.Connection;
import io.kvsinfer.worker.source.ConnectionState;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.HlsStreamException;
import io.kvsinfer.worker.source.KvsConnectionException;
import io.kvsinfer.worker.source.SourceAccount;
import io.kvsinfer.worker.source.SourceCounters;
import io.kvsinfer.worker.source.SourceEvent;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * Reads a stream by HLS (RFC 8216, fragmented MP4), every fragment once and in order, over renewed
 * URLs, expired sessions and failures. What KVS has is handed on or named as a gap; never neither.
 *
 * <p>A fragment read after a break or a restart is {@code late} when its media ends more than 10 s
 * ago. {@link #next} is for one thread, everything else for any.
 */
public final class HlsSource implements FragmentSource {
  private static final Logger log = LoggerFactory.getLogger(HlsSource.class);

  /** Marks gaps, for programs that tell them in their own way. */
  private static final Marker GAP = MarkerFactory.getMarker("GAP");

  private final String cameraId;
  private final HlsSessions sessions;
  private final HlsSettings settings;
  private final HlsMetrics.Camera metrics;
  private final InstantSource clock;
  private final HlsTimes times;
  private final HlsHttp http;
  private final Joins joins;
  private final FragmentReader fragments;
  private final Backoff backoff;
  private final Connection connection;
  private final SourceCounters counters = new SourceCounters();
  private final Queue<SourceEvent> ready = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private @Nullable SessionReader session;
  private @Nullable FrameSourceException givenUp;
  private boolean everOpened;
  private boolean ended;
  private boolean expiredOnce;
  private long renewNotBefore = System.nanoTime();
  private boolean liveTried;
  private long nextFragmentAt = System.nanoTime();
  private volatile long movedAt = System.nanoTime();
  private volatile Duration stillFor;

  /**
   * A source that connects at the first {@link #next}.
   *
   * @param cameraId label of metrics and logs
   * @param sessions of the stream; closed with the source
   * @param client must not follow redirects; may be shared by cameras
   * @param random for the jitter of retries
   */
  public HlsSource(
      String cameraId,
      HlsSessions sessions,
      HlsSettings settings,
      HlsStart start,
      HlsMetrics metrics,
      HttpClient client,
      InstantSource clock,
      RandomGenerator random) {
    this(
        cameraId,
        sessions,
        settings,
        start,
        metrics,
        client,
        clock,
        random,
        new Demuxing(),
        HlsTimes.DEFAULT);
  }

  HlsSource(
      String cameraId,
      HlsSessions sessions,
      HlsSettings settings,
      HlsStart start,
      HlsMetrics metrics,
      HttpClient client,
      InstantSource clock,
      RandomGenerator random,
      SegmentDemuxer demuxer,
      HlsTimes times) {
    this.cameraId = cameraId;
    this.sessions = sessions;
    this.settings = settings;
    this.metrics = metrics.camera(cameraId);
    this.clock = clock;
    this.times = times;
    this.stillFor = times.stalled();
    this.http = new HlsHttp(client, times.request());
    this.joins = new Joins(sessions, http, start, clock);
    this.fragments = new FragmentReader(demuxer, clock, times, joins.begin());
    this.backoff =
        new Backoff(
            settings.reconnectDelay(),
            settings.maxReconnectDelay(),
            settings.backoffMultiplier(),
            random);
    this.connection = new Connection(s -> this.metrics.connectionState().set(s.code()));
    if (joins.tooOld()
        && start instanceof HlsStart.After(var number, var capturedAt, var catchUp)) {
      Position begin = fragments.position();
      hand(
          new SourceEvent.Gap(
              capturedAt,
              begin == null ? null : begin.end(),
              SourceEvent.GapReason.TOO_OLD,
              "not watched since %s; only %d s are caught up"
                  .formatted(capturedAt, catchUp.toSeconds())));
    }
  }

  @Override
  public SourceEvent next() throws InterruptedException {
    connection.start();
    while (!isClosed()) {
      SourceEvent event = ready.poll();
      if (event != null) {
        return event;
      }
      if (ended) {
        break;
      }
      if (givenUp != null) {
        throw givenUp;
      }
      try {
        step();
      } catch (HlsFailure e) {
        recover(e.getMessage(), e.kind(), false);
      } catch (FrameSourceException e) {
        if (e.permanent()) {
          giveUp(e);
        } else {
          recover(e.getMessage(), HlsFailure.Kind.PASSING, e instanceof KvsConnectionException);
        }
      }
    }
    return new SourceEvent.End();
  }

  @Override
  public ConnectionState state() {
    return connection.state();
  }

  @Override
  public boolean stalled() {
    return state() == ConnectionState.CONNECTED && System.nanoTime() - movedAt > stillFor.toNanos();
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
    http.abort();
    sessions.close();
    connection.close();
  }

  private void step() throws HlsFailure, InterruptedException {
    SessionReader current = session;
    if (current == null) {
      connect();
    } else if (renewalDue(current)) {
      renew();
    } else if (current.movedPast() || current.beganAgain()) {
      catchUpWith(current);
    } else if (current.next() != null) {
      read(current, current.next());
    } else if (current.window().ended()) {
      finish(current);
    } else if (current.playback() instanceof Playback.Replay && !liveTried) {
      goLive();
    } else {
      await(times.poll(current.window().target()));
      if (!isClosed() && current.refresh()) {
        moved(current);
      }
      playable();
    }
  }

  private void connect() throws HlsFailure, InterruptedException {
    if (everOpened) {
      counters.reconnect();
      metrics.reconnects().inc();
    }
    // a session that merely expired goes on where it was; a break may have left media behind
    take(
        expiredOnce ? joins.renewed(fragments.position()) : joins.afterBreak(fragments.position()));
    log.info("camera {}: playing {}", cameraId, sessions.name());
  }

  private boolean renewalDue(SessionReader current) {
    return current.expiresAfter(
            Math.max(1, settings.sessionSeconds() - settings.urlRefreshMargin()))
        && due(renewNotBefore);
  }

  /** Opens the next session while the old one still plays. */
  private void renew() throws InterruptedException {
    try {
      take(joins.renewed(fragments.position()));
      countRefresh();
      log.debug("camera {}: session renewed", cameraId);
    } catch (HlsFailure | FrameSourceException e) {
      renewNotBefore = System.nanoTime() + times.retryRenewal().toNanos();
      countError();
      log.warn("camera {}: session not renewed yet: {}", cameraId, e.getMessage());
    }
  }

  /**
   * A replay has come to its newest fragment: a live session has the least delay. Where there is
   * none, as of a producer that is silent, the replay goes on and this is tried again once it
   * moved.
   */
  private void goLive() throws HlsFailure, InterruptedException {
    liveTried = true;
    Position position = fragments.position();
    SessionReader live = position == null ? null : joins.live(position);
    if (live != null) {
      take(live);
      countRefresh();
    }
  }

  /** The playlist no longer lists what is next: KVS may still have it. */
  private void catchUpWith(SessionReader current) throws HlsFailure, InterruptedException {
    if (sessions.replays() && current.playback() instanceof Playback.Live) {
      log.warn("camera {}: the playlist moved past us, replaying", cameraId);
      take(joins.afterBreak(fragments.position()));
      countRefresh();
    } else {
      hand(fragments.lost(current));
    }
  }

  private void read(SessionReader current, Segment segment)
      throws HlsFailure, InterruptedException {
    await(Duration.ofNanos(nextFragmentAt - System.nanoTime()));
    if (isClosed()) {
      return;
    }
    nextFragmentAt = System.nanoTime() + times.betweenFragments().toNanos();
    for (SourceEvent event : fragments.read(current, segment)) {
      hand(event);
    }
  }

  private void hand(SourceEvent event) {
    switch (event) {
      case SourceEvent.Fragment fragment -> {
        Instant now = clock.instant();
        counters.fragment(fragment.frames().size(), now);
        metrics.frames().inc(fragment.frames().size());
        metrics.lastFrame().set(now.toEpochMilli() / 1000.0);
        backoff.reset();
        expiredOnce = false;
        connection.connected();
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
      case SourceEvent.Part part -> throw new IllegalStateException("HLS has whole fragments");
      case SourceEvent.FragmentEnd end ->
          throw new IllegalStateException("HLS has whole fragments");
      case SourceEvent.End() -> {}
    }
    ready.add(event);
  }

  /** A list with an end was read; one that was cut at its longest is continued. */
  private void finish(SessionReader current) throws HlsFailure, InterruptedException {
    if (current.cut() && fragments.position() != null) {
      take(joins.afterBreak(fragments.position()));
      countRefresh();
      ended = session != null && session.next() == null;
    } else {
      ended = true;
    }
    if (ended && current.playback() instanceof Playback.OnDemand(var from, var to)) {
      Instant now = clock.instant(); // what is not captured yet is not lacking
      fragments.lackingUntil(to.isBefore(now) ? to : now).ifPresent(this::hand);
    }
  }

  private void recover(@Nullable String message, HlsFailure.Kind kind, boolean refused)
      throws InterruptedException {
    if (isClosed()) {
      return;
    }
    countError();
    connection.broken();
    if (kind == HlsFailure.Kind.EXPIRED && !expiredOnce && session != null) {
      expiredOnce = true;
      session = null;
      log.info("camera {}: session expired, opening another", cameraId);
      return;
    }
    Duration wait = backoff.next();
    if (backoff.failures() > settings.maxConsecutiveErrors()) {
      String why = "gave up after %d failures in a row: %s".formatted(backoff.failures(), message);
      giveUp(
          refused
              ? new KvsConnectionException(why, false, null)
              : new HlsStreamException(why, false, null));
      return;
    }
    if (backoff.failures() > 1 || kind == HlsFailure.Kind.EXPIRED) {
      session = null;
      expiredOnce = expiredOnce && kind == HlsFailure.Kind.EXPIRED;
    }
    log.warn("camera {}: trying again in {} ms: {}", cameraId, wait.toMillis(), message);
    await(wait);
  }

  private void giveUp(FrameSourceException e) {
    givenUp = e;
    session = null;
    connection.failed();
  }

  private void take(SessionReader opened) {
    session = opened;
    everOpened = true;
    moved(opened);
    playable();
  }

  /** Playlists are served; a fragment that fails again and again still counts as a break. */
  private void playable() {
    if (!fragments.failing()) {
      connection.connected();
    }
  }

  private void moved(SessionReader current) {
    movedAt = System.nanoTime();
    liveTried = false;
    Duration targets = current.window().target().multipliedBy(3);
    stillFor = targets.compareTo(times.stalled()) > 0 ? targets : times.stalled();
  }

  private void countRefresh() {
    counters.urlRefresh();
    metrics.urlRefreshes().inc();
  }

  private void countError() {
    counters.readError();
    metrics.readErrors().inc();
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private static boolean due(long nanos) {
    return System.nanoTime() - nanos >= 0;
  }

  /** Waits, but not beyond {@link #close}. */
  private void await(Duration time) throws InterruptedException {
    if (time.isPositive() && closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
      log.debug("camera {}: closed while waiting", cameraId);
    }
  }
}
