package io.kvsinfer.worker.source.hls;

import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns the segments of a session into fragments and gaps, each fragment once, and keeps how far
 * the stream was read. Used by one thread.
 */
final class FragmentReader {
  /** Tries of a fragment that the server says it does not have, or that cannot be read. */
  private static final int TRIES_OF_BAD = 3;

  /** Tries of a fragment that fails while playlists are served; half a minute at least. */
  private static final int TRIES_OF_FAILING = 11;

  /** Far more than playlists list and {@link Arrivals} keeps: what is forgotten would be missed. */
  private static final int REMEMBERED = 20_000;

  private final SegmentDemuxer demuxer;
  private final Arrivals arrivals;
  private final Lifetime life;
  private final HlsTimes times;
  private final boolean replays;
  private final boolean archived;
  private final Map<String, Boolean> done = new LinkedHashMap<>();
  private @Nullable Position position;
  private @Nullable String newest;
  private @Nullable String failingKey;
  private int tries;
  private Duration fetching = Duration.ZERO;

  /**
   * @param replays whether the archive was asked for what a live playlist leaves out
   * @param archived whether a range of the past is read: everything is late
   * @param position where to begin, null for wherever the first session does
   */
  FragmentReader(
      SegmentDemuxer demuxer,
      Arrivals arrivals,
      Lifetime life,
      HlsTimes times,
      boolean replays,
      boolean archived,
      @Nullable Position position) {
    this.demuxer = demuxer;
    this.arrivals = arrivals;
    this.life = life;
    this.times = times;
    this.replays = replays;
    this.archived = archived;
    this.position = position;
  }

  /** How far the stream was read in the order of capture; null before the first fragment. */
  @Nullable Position position() {
    return position;
  }

  /** The fragment done that KVS took in last; null before the first. */
  @Nullable String newest() {
    return newest;
  }

  /** Whether a fragment was read, or given up and named. */
  boolean done(String key) {
    return done.containsKey(key);
  }

  /** A fragment that is not read is named. */
  void named(String key) {
    done.put(key, true);
    if (done.size() > REMEMBERED) {
      done.remove(done.keySet().iterator().next());
    }
  }

  /** Whether the last try of a fragment failed and it is to be tried again. */
  boolean failing() {
    return failingKey != null;
  }

  /**
   * Reads the session's next segment.
   *
   * @return what it gave: the fragment, before it the gap that it ends; nothing if it was done
   *     before
   * @throws HlsFailure where it could not be read and is worth another try
   */
  List<SourceEvent> read(SessionReader session, Segment segment)
      throws HlsFailure, InterruptedException {
    fetching = Duration.ZERO;
    if (done(segment.key())) {
      session.advance();
      return List.of();
    }
    Instant start = start(segment);
    try {
      long began = life.nanos();
      byte[] init;
      byte[] media;
      @Nullable Instant serverAt;
      try {
        init = session.init(segment);
        media = session.media(segment);
        serverAt = arrivals.serverAt(segment, session.playback());
      } finally {
        fetching = Duration.ofNanos(life.nanos() - began);
      }
      List<EncodedFrame> frames = demuxer.frames(segment, init, media, start, serverAt);
      List<SourceEvent> events = new ArrayList<>(hole(session, segment, start));
      events.add(new SourceEvent.Fragment(segment.number(), frames, late(session, segment, start)));
      advance(session, segment, start);
      return events;
    } catch (HlsFailure e) {
      countTry(segment);
      if (tries < allowed(e.kind())) {
        throw e;
      }
      return giveUp(session, segment, start, e);
    }
  }

  /** How long the network took for the segment read last; zero where nothing was asked for. */
  Duration fetching() {
    return fetching;
  }

  /** Segments the playlist dropped before they were read, or a playlist that began again. */
  SourceEvent.Gap lost(SessionReader session) {
    Position last = position;
    long first = session.window().firstSequence();
    long before = session.nextSequence();
    String detail =
        session.beganAgain()
            ? "the playlist began again at segment " + first
            : "the playlist moved past segments %d to %d before they were read"
                .formatted(session.nextSequence(), first - 1);
    session.startAt(first);
    Segment next = session.next();
    Instant to = next == null ? null : next.start();
    if (last != null && to != null) {
      position = new Position(last.key(), last.sequence(), last.start(), to); // named here
    }
    int lost = Math.clamp(first - before, 0, Integer.MAX_VALUE);
    return new SourceEvent.Gap(
        last == null ? null : last.end(), to, lost, GapReason.MISSING, detail);
  }

  /**
   * What is listed before the newest segment is left out, which is next then; empty where nothing
   * is.
   */
  Optional<SourceEvent.Gap> leaveOut(SessionReader session) {
    List<Segment> listed = session.window().segments();
    Segment first = session.next();
    if (first == null || first.sequence() == listed.getLast().sequence()) {
      return Optional.empty();
    }
    Segment newest = listed.getLast();
    int count = 0;
    for (Segment segment : listed) {
      if (segment.sequence() >= first.sequence() && segment.sequence() < newest.sequence()) {
        count += done(segment.key()) ? 0 : 1;
        named(segment.key());
      }
    }
    Position last = position;
    session.startAt(newest.sequence());
    if (last != null && newest.start() != null) {
      position = new Position(last.key(), last.sequence(), last.start(), newest.start());
    }
    return Optional.of(
        new SourceEvent.Gap(
            last == null ? first.start() : last.end(),
            newest.start(),
            count,
            GapReason.OVERLOAD,
            "%d fragments before %s were left out: the network brings less than the camera sends"
                .formatted(count, newest.name())));
  }

  /** What a range that ends at {@code to} lacks after its last fragment. */
  Optional<SourceEvent.Gap> lackingUntil(Instant to) {
    Position last = position;
    if (last == null || Duration.between(last.end(), to).compareTo(times.hole()) < 0) {
      return Optional.empty();
    }
    return Optional.of(
        new SourceEvent.Gap(
            last.end(),
            to,
            GapReason.NOT_KEPT,
            "nothing is listed between %s and %s".formatted(last.name(), to)));
  }

  private Instant start(Segment segment) {
    Instant listed = segment.start();
    if (listed != null) {
      return listed;
    }
    Position last = position;
    return last != null && last.sequence() + 1 == segment.sequence()
        ? last.end()
        : life.now().minus(segment.duration());
  }

  /** Media missing between the last fragment and this one. */
  private List<SourceEvent> hole(SessionReader session, Segment segment, Instant start) {
    Position last = position;
    if (last == null || segment.start() == null) {
      return List.of();
    }
    Instant end = endOf(session, last);
    Duration hole = Duration.between(end, start);
    if (hole.compareTo(times.hole()) < 0) {
      return List.of();
    }
    boolean asked = replays || !(session.playback() instanceof Playback.Live);
    return List.of(
        new SourceEvent.Gap(
            end,
            start,
            asked ? GapReason.NOT_KEPT : GapReason.MISSING,
            "nothing is listed between %s and %s".formatted(last.name(), segment.name())));
  }

  /** A checkpoint knows the last frame; where its fragment is listed, the end is known better. */
  private static Instant endOf(SessionReader session, Position last) {
    for (Segment s : session.window().segments()) {
      if (s.key().equals(last.key()) && s.start() != null) {
        Instant end = s.start().plus(s.duration());
        return end.isAfter(last.end()) ? end : last.end();
      }
    }
    return last.end();
  }

  private boolean late(SessionReader session, Segment segment, Instant start) {
    boolean behind = start.plus(segment.duration()).plus(times.late()).isBefore(life.now());
    return archived || (behind && !(session.playback() instanceof Playback.Live));
  }

  private List<SourceEvent> giveUp(
      SessionReader session, Segment segment, Instant start, HlsFailure e) {
    List<SourceEvent> events = new ArrayList<>(hole(session, segment, start));
    events.add(
        new SourceEvent.Gap(
            start,
            start.plus(segment.duration()),
            1,
            e.kind() == HlsFailure.Kind.GONE ? GapReason.NOT_KEPT : GapReason.UNREADABLE,
            "%s was given up after %d tries: %s".formatted(segment.name(), tries, e.getMessage())));
    advance(session, segment, start);
    return events;
  }

  private void advance(SessionReader session, Segment segment, Instant start) {
    named(segment.key());
    String known = newest;
    newest =
        known == null || Segment.ARRIVAL.compare(segment.key(), known) > 0 ? segment.key() : known;
    Position after = Position.after(segment, start);
    Position before = position;
    // a fragment of a clock that went back does not undo what was read up to
    position = before == null || after.end().isAfter(before.end()) ? after : before;
    failingKey = null;
    tries = 0;
    session.advance();
  }

  private void countTry(Segment segment) {
    if (!segment.key().equals(failingKey)) {
      failingKey = segment.key();
      tries = 0;
    }
    tries++;
  }

  private static int allowed(HlsFailure.Kind kind) {
    return switch (kind) {
      case GONE, UNREADABLE -> TRIES_OF_BAD;
      case PASSING, THROTTLED -> TRIES_OF_FAILING;
      case EXPIRED -> Integer.MAX_VALUE; // the session's fault, not the fragment's
    };
  }
}
