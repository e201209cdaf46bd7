package io.kvsinfer.worker.source.hls;

import io.kvsinfer.worker.source.FrameSourceException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens sessions so that reading goes on after the last fragment done: joined on the fragment
 * number where the new session lists it, else on capture time. Used by one thread.
 */
final class Joins {
  private static final Logger log = LoggerFactory.getLogger(Joins.class);

  private final HlsSessions sessions;
  private final HlsHttp http;
  private final HlsStart start;
  private final Lifetime life;

  Joins(HlsSessions sessions, HlsHttp http, HlsStart start, Lifetime life) {
    this.sessions = sessions;
    this.http = http;
    this.start = start;
    this.life = life;
  }

  /** After a break, and at the start: whatever KVS has since {@code position} is listed. */
  SessionReader afterBreak(@Nullable Position position) throws HlsFailure, InterruptedException {
    if (start instanceof HlsStart.Range(var from, var to)) {
      return join(
          open(new Playback.OnDemand(position == null ? from : position.start(), to)), position);
    }
    return position == null || !sessions.replays()
        ? join(open(new Playback.Live()), position)
        : join(open(new Playback.Replay(position.start())), position);
  }

  /** A new URL while nothing is amiss: a live session if there is one, else a replay. */
  SessionReader renewed(@Nullable Position position) throws HlsFailure, InterruptedException {
    if (position == null || start instanceof HlsStart.Range) {
      return afterBreak(position);
    }
    SessionReader live = live(position);
    return live == null ? afterBreak(position) : live;
  }

  /**
   * What the archive has between two capture times, from its first fragment on.
   *
   * @throws io.kvsinfer.worker.source.NoMediaException where it has nothing
   */
  SessionReader archive(Instant from, Instant to) throws HlsFailure, InterruptedException {
    return open(new Playback.OnDemand(from, to));
  }

  /**
   * A live session, beginning after the last fragment, or, where it has moved past that, with its
   * first one; null if there is none now.
   */
  @Nullable SessionReader live(Position position) throws HlsFailure, InterruptedException {
    try {
      return join(open(new Playback.Live()), position);
    } catch (FrameSourceException e) {
      if (e.permanent() || !sessions.replays()) {
        throw e;
      }
      log.debug("no live session of {}: {}", sessions.name(), e.getMessage());
      return null;
    }
  }

  private SessionReader open(Playback playback) throws HlsFailure, InterruptedException {
    return SessionReader.open(http, life, playback, sessions.open(playback));
  }

  private SessionReader join(SessionReader reader, @Nullable Position position) {
    Window window = reader.window();
    if (position == null) {
      boolean newest = !window.ended();
      reader.startAt(
          newest ? Math.max(window.firstSequence(), window.end() - 1) : window.firstSequence());
      return reader;
    }
    long after = position.key() == null ? -1 : window.after(position.key());
    reader.startAt(after >= 0 ? after : byTime(window, position));
    return reader;
  }

  /**
   * The first segment after the position. A fragment that was done may end a little after the
   * position of its last frame, so more than half of the next must lie after it; a position that is
   * only a time also begins in the middle of a fragment.
   */
  private long byTime(Window window, Position position) {
    for (Segment s : window.segments()) {
      int parts = position.key() == null ? 1 : 2;
      if (s.start() == null
          ? s.sequence() > position.sequence()
          : s.start().plus(s.duration().dividedBy(parts)).isAfter(position.end())) {
        return s.sequence();
      }
    }
    return window.end();
  }

  /** Where to begin, null for the newest fragment. */
  @Nullable Position begin() {
    return switch (start) {
      case HlsStart.Newest() -> null;
      case HlsStart.After(var number, var capturedAt, var catchUp) ->
          tooOld() ? Position.at(null, life.now().minus(catchUp)) : Position.at(number, capturedAt);
      case HlsStart.Range(var from, var to) -> Position.at(null, from);
    };
  }

  /** Whether part of what was not watched lies further back than is caught up. */
  boolean tooOld() {
    return start instanceof HlsStart.After(var number, var capturedAt, var catchUp)
        && capturedAt.isBefore(life.now().minus(catchUp));
  }
}
