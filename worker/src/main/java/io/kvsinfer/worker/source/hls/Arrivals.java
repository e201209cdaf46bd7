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
  }

  /**
   * When KVS took that segment in, null if that cannot be told.
   *
   * @param playback that the segment is read by
   */
  @Nullable Instant serverAt(Segment segment, Playback playback) throws InterruptedException {
    if (!known.containsKey(segment.key())) {
      look(
          playback instanceof Playback.Live || segment.start() == null
              ? new Playback.Live()
              : new Playback.Replay(segment.start().minus(EARLIER)));
    }
    Arrival arrival = known.get(segment.key());
    return arrival == null ? null : arrival.at();
  }

  /**
   * Fragments that came in a while ago, after the first one that was read here, and are not done:
   * the order of capture has no place for them. Reads the list again, now and then.
   */
  List<Overdue> overdue(Predicate<String> done) throws InterruptedException {
    if (!life.reached(auditAgainAt)) {
      return List.of();
    }
    auditAgainAt = life.in(times.overdue().dividedBy(2));
    look(new Playback.Live());
    List<Overdue> overdue = new ArrayList<>();
    boolean begun = false;
    boolean overtaken = false;
    for (Arrival arrival : List.copyOf(known.values()).reversed()) {
      boolean isDone = done.test(arrival.number());
      overtaken |= isDone;
      if (!isDone && life.reached(arrival.listedAt() + times.overdue().toNanos())) {
        overdue.addFirst(new Overdue(arrival.number(), arrival.at(), overtaken));
      }
    }
    // what came in before the first one that was read here is not this source's
    for (Arrival arrival : known.values()) {
      begun |= done.test(arrival.number());
      if (!begun) {
        overdue.removeIf(o -> o.number().equals(arrival.number()));
      }
    }
    return overdue;
  }

  /** Reads the list, as often as KVS allows. */
  private void look(Playback otherwise) throws InterruptedException {
    if (!life.reached(notBefore)) {
      return;
    }
    life.await(Duration.ofNanos(lookAgainAt - life.nanos()));
    lookAgainAt = life.in(times.shortestPoll());
    try {
      if (open(otherwise) instanceof SessionReader current) {
        take(current.window());
      } else {
        notBefore = life.nanos() + Long.MAX_VALUE / 2; // nobody knows the order
      }
    } catch (HlsFailure | FrameSourceException e) {
      reader = null;
      notBefore = life.in(times.retryArrivals());
      log.debug("{}: when fragments came in is not known now: {}", sessions.name(), e.getMessage());
    }
  }

  /** The session with its list read just now. */
  private @Nullable SessionReader open(Playback otherwise) throws HlsFailure, InterruptedException {
    SessionReader current = reader;
    if (current != null && !current.expiresAfter(sessionSeconds)) {
      current.refresh();
      return current;
    }
    Instant last = newest;
    Playback playback = last == null ? otherwise : new Playback.Replay(last);
    Optional<HlsSession> session = sessions.openByArrival(playback);
    SessionReader opened =
        session.isEmpty() ? null : SessionReader.open(http, life, playback, session.get());
    reader = opened;
    return opened;
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
