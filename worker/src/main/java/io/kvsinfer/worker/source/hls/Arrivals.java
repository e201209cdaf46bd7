package io.kvsinfer.worker.source.hls;

import io.kvsinfer.worker.source.FrameSourceException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When KVS took each fragment in, and in which order: by a second session of the stream, whose
 * playlist is in the order of arrival and has every fragment, also one that came too late for its
 * place in the order of capture. Its failures cost the server's times and nothing else. Used by one
 * thread.
 */
final class Arrivals {
  private static final Logger log = LoggerFactory.getLogger(Arrivals.class);

  /** More than the longest playlist of KVS lists. */
  private static final int REMEMBERED = 6000;

  /** A fragment is taken in after it was captured, and clocks differ. */
  private static final Duration EARLIER = Duration.ofSeconds(30);

  /**
   * A fragment that KVS took in.
   *
   * @param at by KVS's clock
   * @param listedAt moment of {@link Lifetime#nanos} it was first seen here
   */
  record Arrival(String number, Instant at, long listedAt) {}

  /**
   * A fragment that the order of capture has no place for.
   *
   * @param overtaken whether one that came in later is done: it is merely late; else it is what the
   *     producer sends now, by a clock that went back
   */
  record Overdue(String number, Instant at, boolean overtaken) {}

  private final HlsSessions sessions;
  private final HlsHttp http;
  private final Lifetime life;
  private final HlsTimes times;
  private final long sessionSeconds;
  private final Map<String, Arrival> known = new LinkedHashMap<>();
  private @Nullable SessionReader reader;
  private @Nullable Instant newest;
  private long notBefore;
  private long lookAgainAt;
  private long auditAgainAt;
  private long staleAt;

  /**
   * @param http of its own: what is read here must not wait for long
   * @param sessionSeconds after which a session is replaced by another
   */
  Arrivals(HlsSessions sessions, HlsHttp http, Lifetime life, HlsTimes times, long sessionSeconds) {
    this.sessions = sessions;
    this.http = http;
    this.life = life;
    this.times = times;
    this.sessionSeconds = sessionSeconds;
    this.notBefore = life.nanos();
    this.lookAgainAt = notBefore;
    this.auditAgainAt = notBefore;
    this.staleAt = notBefore;
  }

  /**
   * When KVS took that segment in, null if that cannot be told.
   *
   * @param playback that the segment is read by
   */
  @Nullable Instant serverAt(Segment segment, Playback playback) throws InterruptedException {
    if (!known.containsKey(segment.key())) {
      Instant start = segment.start();
      look(playback instanceof Playback.Live || start == null ? null : start.minus(EARLIER));
    }
    Arrival arrival = known.get(segment.key());
    return arrival == null ? null : arrival.at();
  }

  /**
   * Fragments that came in a while ago, after the first one that was read here, and are not done:
   * the order of capture has no place for them. Reads the list again, now and then, where no
   * fragment did so.
   *
   * @param newest of the fragments done
   */
  List<Overdue> overdue(Predicate<String> done, @Nullable String newest)
      throws InterruptedException {
    if (newest == null || !life.reached(auditAgainAt)) {
      return List.of();
    }
    auditAgainAt = life.in(times.overdue().dividedBy(2));
    if (life.reached(staleAt)) {
      look(null);
    }
    List<Overdue> overdue = new ArrayList<>();
    boolean begun = false;
    for (Arrival arrival : known.values()) {
      boolean isDone = done.test(arrival.number());
      begun |= isDone;
      if (begun && !isDone && life.reached(arrival.listedAt() + times.overdue().toNanos())) {
        boolean overtaken = Segment.ARRIVAL.compare(arrival.number(), newest) < 0;
        overdue.add(new Overdue(arrival.number(), arrival.at(), overtaken));
      }
    }
    return overdue;
  }

  /**
   * Reads the list, as often as KVS allows.
   *
   * @param since what came in after it is wanted; null for the newest alone
   */
  private void look(@Nullable Instant since) throws InterruptedException {
    if (!life.reached(notBefore)) {
      return;
    }
    life.await(Duration.ofNanos(lookAgainAt - life.nanos()));
    lookAgainAt = life.in(times.shortestPoll());
    staleAt = life.in(times.overdue().dividedBy(2));
    try {
      SessionReader current = reader;
      if (current != null && !current.expiresAfter(sessionSeconds)) {
        current.refresh();
        take(current.window());
      } else {
        open(newest == null ? since : newest);
      }
    } catch (HlsFailure | FrameSourceException e) {
      reader = null;
      notBefore = life.in(times.retryArrivals());
      log.debug("{}: when fragments came in is not known now: {}", sessions.name(), e.getMessage());
    }
  }

  /** A live session lists at once what comes in; what it no longer lists a replay does. */
  private void open(@Nullable Instant since) throws HlsFailure, InterruptedException {
    SessionReader live = session(new Playback.Live());
    if (live == null) {
      notBefore = life.nanos() + Long.MAX_VALUE / 2; // nobody knows the order
      return;
    }
    List<Segment> listed = live.window().segments();
    Instant first = listed.isEmpty() ? null : listed.getFirst().start();
    if (since != null && first != null && since.isBefore(first)) {
      SessionReader before = session(new Playback.Replay(since));
      if (before != null) {
        take(before.window());
      }
    }
    take(live.window());
    reader = live;
  }

  private @Nullable SessionReader session(Playback playback)
      throws HlsFailure, InterruptedException {
    Optional<HlsSession> session = sessions.openByArrival(playback);
    return session.isEmpty() ? null : SessionReader.open(http, life, playback, session.get());
  }

  private void take(Window window) {
    long now = life.nanos();
    for (Segment segment : window.segments()) {
      Instant at = segment.start();
      if (segment.number() == null || at == null) {
        continue;
      }
      known.putIfAbsent(segment.key(), new Arrival(segment.key(), at, now));
      newest = at;
    }
    while (known.size() > REMEMBERED) {
      known.remove(known.keySet().iterator().next());
    }
  }
}
