package io.kvsinfer.worker.source.hls;

import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.hls.Arrivals.Overdue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which session is played and what of it is next: renewal, the way from a replay to live, and what
 * a live session does not list. Each {@link #step} does one thing. Used by one thread.
 */
final class Playing {
  private static final Logger log = LoggerFactory.getLogger(Playing.class);

  /** Told, on the same thread, what a step brought. */
  interface Listener {
    void handed(SourceEvent event);

    /** Playlists are served. */
    void playable();
  }

  /** So many fragments in a row that come too slowly are no accident. */
  private static final int SLOW = 2;

  private final String cameraId;
  private final HlsSessions sessions;
  private final HlsSettings settings;
  private final HlsTimes times;
  private final Lifetime life;
  private final Joins joins;
  private final FragmentReader fragments;
  private final Arrivals arrivals;
  private final Lookups lookups;
  private final Rhythm rhythm;
  private final Stillness stillness;
  private final Tally tally;
  private final Listener listener;

  private @Nullable SessionReader session;
  private @Nullable SideList side;
  private boolean everOpened;
  private boolean onlyExpired;
  private boolean ended;
  private boolean liveTried;
  private long renewNotBefore;
  private long nextFragmentAt;

  /** Fragments in a row that took longer to come than they last. */
  private int slow;

  Playing(
      String cameraId,
      HlsSessions sessions,
      HlsSettings settings,
      HlsTimes times,
      Lifetime life,
      Joins joins,
      FragmentReader fragments,
      Arrivals arrivals,
      Stillness stillness,
      Tally tally,
      Listener listener) {
    this.cameraId = cameraId;
    this.sessions = sessions;
    this.settings = settings;
    this.times = times;
    this.life = life;
    this.joins = joins;
    this.fragments = fragments;
    this.arrivals = arrivals;
    this.lookups = new Lookups(joins, fragments, life, times);
    this.rhythm = new Rhythm(times, life.nanos());
    this.stillness = stillness;
    this.tally = tally;
    this.listener = listener;
    this.renewNotBefore = life.nanos();
    this.nextFragmentAt = life.nanos();
  }

  /** Whether a range was read to its end. */
  boolean ended() {
    return ended;
  }

  boolean open() {
    return session != null;
  }

  /**
   * Gives the session up; the next step opens another.
   *
   * @param expired it merely came to the end of its life
   */
  void drop(boolean expired) {
    session = null;
    side = null;
    lookups.forget();
    onlyExpired = expired;
  }

  /**
   * Does what is next: opens or renews a session, reads a fragment, or waits for one.
   *
   * @throws FrameSourceException when KVS refused a session
   */
  void step() throws HlsFailure, InterruptedException {
    SessionReader current = session;
    SideList aside = side;
    if (current == null) {
      connect();
    } else if (renewalDue(current)) {
      renew();
    } else if (aside != null) {
      readAside(aside);
    } else if (current.movedPast() || current.beganAgain()) {
      catchUpWith(current);
    } else if (current.next() != null) {
      readNext(current, current.next());
    } else if (current.window().ended()) {
      finish(current);
    } else if (current.playback() instanceof Playback.Replay && !liveTried) {
      goLive();
    } else if (!lookForOverdue(current)) {
      await(current);
    }
  }

  private void connect() throws HlsFailure, InterruptedException {
    boolean again = everOpened;
    // a session that merely expired goes on where it was; a break may have left media behind
    take(
        onlyExpired ? joins.renewed(fragments.position()) : joins.afterBreak(fragments.position()));
    if (again) {
      tally.reconnect();
    }
    log.info("camera {}: playing {}", cameraId, sessions.name());
  }

  private boolean renewalDue(SessionReader current) {
    return current.expiresAfter(lifeOfSession(settings)) && life.reached(renewNotBefore);
  }

  /** Seconds after which a session is renewed. */
  static long lifeOfSession(HlsSettings settings) {
    return Math.max(1, settings.sessionSeconds() - settings.urlRefreshMargin());
  }

  /** Opens the next session while the old one still plays. */
  private void renew() throws InterruptedException {
    try {
      take(joins.renewed(fragments.position()));
      tally.refresh();
      log.debug("camera {}: session renewed", cameraId);
    } catch (HlsFailure | FrameSourceException e) {
      renewNotBefore = life.in(times.retryRenewal());
      tally.error();
      log.warn("camera {}: session not renewed yet: {}", cameraId, e.getMessage());
    }
  }

  /**
   * A replay has come to its newest fragment: a live session has the least delay. Where it is ahead
   * by now, the archive has what lies between. Where there is none, as of a producer that is
   * silent, the replay goes on and this is tried again once it moved.
   */
  private void goLive() throws HlsFailure, InterruptedException {
    liveTried = true;
    Position position = fragments.position();
    SessionReader live = position == null ? null : joins.live(position);
    if (live != null) {
      take(live);
      tally.refresh();
    }
  }

  /** The playlist no longer lists what is next: KVS may still have it. */
  private void catchUpWith(SessionReader current) throws HlsFailure, InterruptedException {
    if (sessions.replays() && current.playback() instanceof Playback.Live) {
      log.warn("camera {}: the playlist moved past us, replaying", cameraId);
      take(joins.afterBreak(fragments.position()));
      tally.refresh();
    } else {
      listener.handed(fragments.lost(current));
    }
  }

  private void readNext(SessionReader current, Segment next)
      throws HlsFailure, InterruptedException {
    if (slow >= SLOW && !(current.playback() instanceof Playback.OnDemand)) {
      leaveOut(current);
    } else if (current.playback() instanceof Playback.Live
        && sessions.replays()
        && lookups.unasked(next)) {
      side = lookups.inHoleBefore(next);
    } else {
      read(current, next);
    }
  }

  /**
   * The network brings less than the camera sends, and what lies between here and live would only
   * grow: it is left out, and named.
   */
  private void leaveOut(SessionReader current) throws HlsFailure, InterruptedException {
    slow = 0;
    if (current.refresh()) {
      moved(current);
    }
    if (!current.movedPast() && !current.beganAgain()) {
      fragments.leaveOut(current).ifPresent(listener::handed);
    }
  }

  private void readAside(SideList aside) throws HlsFailure, InterruptedException {
    Segment segment = aside.next();
    if (segment == null) {
      side = null;
    } else {
      read(aside.reader(), segment);
    }
  }

  private void read(SessionReader reader, Segment segment) throws HlsFailure, InterruptedException {
    life.await(Duration.ofNanos(nextFragmentAt - life.nanos()));
    if (life.ended()) {
      return;
    }
    nextFragmentAt = life.in(times.betweenFragments());
    List<SourceEvent> events = fragments.read(reader, segment);
    slow = fragments.fetching().compareTo(segment.duration()) > 0 ? slow + 1 : 0;
    for (SourceEvent event : events) {
      onlyExpired &= !(event instanceof SourceEvent.Fragment);
      listener.handed(event);
    }
  }

  /** Whether the playlist leaves out what KVS took in; it is then read or named. */
  private boolean lookForOverdue(SessionReader current) throws HlsFailure, InterruptedException {
    boolean still = stillness.since().compareTo(times.overdue()) >= 0;
    boolean asIs = current.playback() instanceof Playback.Live || still;
    List<Overdue> overdue =
        asIs ? arrivals.overdue(fragments::done, fragments.newest()) : List.of();
    if (overdue.isEmpty()) {
      return false;
    }
    GapAccount named = tally.gaps();
    Lookups.Found found = lookups.overdue(overdue, named);
    side = found.read();
    found
        .gaps()
        .forEach((number, gap) -> {
          fragments.named(number);
          Instant from = gap.from();
          Instant to = gap.to();
          if (from != null && to != null && named.names(from, to)) {
            log.info("camera {}: {}; it lies in a gap that is named", cameraId, gap.detail());
          } else {
            listener.handed(gap);
          }
        });
    return true;
  }

  private void await(SessionReader current) throws HlsFailure, InterruptedException {
    life.await(untilRead());
    if (life.ended()) {
      return;
    }
    long asked = life.nanos();
    boolean moved = current.refresh();
    rhythm.read(current.window(), asked, life.nanos());
    if (moved) {
      moved(current);
    }
    playable();
  }

  private Duration untilRead() {
    return Duration.ofNanos(rhythm.next() - life.nanos());
  }

  /** A list with an end was read; one that was cut at its longest is continued. */
  private void finish(SessionReader current) throws HlsFailure, InterruptedException {
    if (current.cut() && fragments.position() != null) {
      take(joins.afterBreak(fragments.position()));
      tally.refresh();
      ended = session != null && session.next() == null;
    } else {
      ended = true;
    }
    if (ended && current.playback() instanceof Playback.OnDemand(var from, var to)) {
      Instant now = life.now(); // what is not captured yet is not lacking
      fragments.lackingUntil(to.isBefore(now) ? to : now).ifPresent(listener::handed);
    }
  }

  private void take(SessionReader opened) {
    session = opened;
    everOpened = true;
    rhythm.read(opened.window(), life.nanos(), life.nanos());
    moved(opened);
    playable();
  }

  /** Playlists are served; a fragment that fails again and again still counts as a break. */
  private void playable() {
    if (!fragments.failing()) {
      listener.playable();
    }
  }

  private void moved(SessionReader current) {
    stillness.moved(current.window().target());
    liveTried = false;
  }
}
