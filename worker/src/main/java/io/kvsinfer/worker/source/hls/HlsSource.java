package io.kvsinfer.worker.source.hls;

import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.worker.source.Connection;
import io.kvsinfer.worker.source.ConnectionState;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.SourceAccount;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import io.kvsinfer.worker.source.SourceTime;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Reads a stream by HLS (RFC 8216, fragmented MP4), every fragment once and in order, over renewed
 * URLs, expired sessions and failures. What KVS has is handed on or named as a gap; never neither.
 *
 * <p>A fragment read after a break or a restart is {@code late} when its media ends more than 10 s
 * ago. {@link #next} is for one thread, everything else for any.
 */
public final class HlsSource implements FragmentSource {
  private static final Logger log = LoggerFactory.getLogger(HlsSource.class);

  private final String cameraId;
  private final HlsSessions sessions;
  private final Lifetime life;
  private final HlsHttp http;
  private final HlsHttp arrivalsHttp;
  private final Connection connection;
  private final Stillness stillness;
  private final Tally tally;
  private final Recovery recovery;
  private final Playing playing;
  private final Queue<SourceEvent> ready = new ArrayDeque<>();
  private @Nullable FrameSourceException givenUp;

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
        SourceTime.of(clock),
        HlsTimes.DEFAULT,
        random);
  }

  /**
   * Likewise, in a time of its own.
   *
   * @param time that passes for this source
   */
  public HlsSource(
      String cameraId,
      HlsSessions sessions,
      HlsSettings settings,
      HlsStart start,
      HlsMetrics metrics,
      HttpClient client,
      SourceTime time,
      HlsTimes times,
      RandomGenerator random) {
    this.cameraId = cameraId;
    this.sessions = sessions;
    HlsMetrics.Camera gauges = metrics.camera(cameraId);
    life = new Lifetime(time);
    http = new HlsHttp(client, times.request());
    arrivalsHttp = new HlsHttp(client, times.arrivals());
    connection = new Connection(s -> gauges.connectionState().set(s.code()));
    stillness = new Stillness(life, times.stalled());
    tally = new Tally(cameraId, gauges);
    recovery = new Recovery(settings, life, random);
    Joins joins = new Joins(sessions, http, start, life);
    Arrivals arrivals =
        new Arrivals(sessions, arrivalsHttp, life, times, Playing.lifeOfSession(settings));
    Position begin = joins.begin();
    FragmentReader fragments =
        new FragmentReader(
            new Demuxing(),
            arrivals,
            life,
            times,
            sessions.replays(),
            start instanceof HlsStart.Range,
            begin);
    playing =
        new Playing(
            cameraId,
            sessions,
            settings,
            times,
            life,
            joins,
            fragments,
            arrivals,
            stillness,
            tally,
            new Handing());
    if (joins.tooOld()
        && begin != null
        && start instanceof HlsStart.After(var number, var capturedAt, var catchUp)) {
      hand(
          new SourceEvent.Gap(
              capturedAt,
              begin.end(),
              GapReason.TOO_OLD,
              "not watched since %s; only %d s are caught up"
                  .formatted(capturedAt, catchUp.toSeconds())));
    }
  }

  @Override
  public SourceEvent next() throws InterruptedException {
    connection.start();
    while (!life.ended()) {
      SourceEvent event = ready.poll();
      if (event != null) {
        return event;
      }
      if (playing.ended()) {
        break;
      }
      if (givenUp != null) {
        throw givenUp;
      }
      try {
        playing.step();
      } catch (HlsFailure e) {
        recover(e, recovery.after(e, playing.open()));
      } catch (FrameSourceException e) {
        recover(e, recovery.after(e));
      }
    }
    return new SourceEvent.End();
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
    return state() == ConnectionState.CONNECTED && stillness.lasting();
  }

  @Override
  public SourceAccount account() {
    return tally.account();
  }

  @Override
  public GapAccount gaps() {
    return tally.gaps();
  }

  @Override
  public void close() {
    life.end();
    http.abort();
    arrivalsHttp.abort();
    sessions.close();
    connection.close();
  }

  private void recover(Exception failure, Recovery.Step step) throws InterruptedException {
    if (life.ended()) {
      return;
    }
    if (!(step instanceof Recovery.Step.Retry(var pause, var reopen, var counted)) || counted) {
      tally.error();
    }
    tally.broken(life.now());
    connection.broken(String.valueOf(failure.getMessage()));
    switch (step) {
      case Recovery.Step.Reopen() -> {
        playing.drop(true);
        log.info("camera {}: session expired, opening another", cameraId);
      }
      case Recovery.Step.Retry(var pause, var reopen, var counted) -> {
        if (reopen) {
          playing.drop(false);
        }
        log.atLevel(counted ? Level.WARN : Level.DEBUG)
            .log(
                "camera {}: trying again in {} ms: {}",
                cameraId,
                pause.toMillis(),
                failure.getMessage());
        life.await(pause);
      }
      case Recovery.Step.GiveUp(var why) -> {
        givenUp = why;
        playing.drop(false);
        connection.failed();
      }
    }
  }

  private void hand(SourceEvent event) {
    switch (event) {
      case SourceEvent.Fragment fragment -> {
        tally.fragment(fragment, life.now());
        recovery.good();
        connection.connected();
      }
      case SourceEvent.Gap gap -> tally.gap(gap);
      case SourceEvent.Part part -> throw new IllegalStateException("HLS has whole fragments");
      case SourceEvent.FragmentEnd end ->
          throw new IllegalStateException("HLS has whole fragments");
      case SourceEvent.End() -> {}
    }
    ready.add(event);
  }

  private final class Handing implements Playing.Listener {
    @Override
    public void handed(SourceEvent event) {
      hand(event);
    }

    @Override
    public void playable() {
      connection.connected();
    }
  }
}
