package io.kvsinfer.worker.source.hls;

import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.NoMediaException;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import io.kvsinfer.worker.source.hls.Arrivals.Overdue;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the archive for what a live session does not list: fragments of a hole, which came too late
 * for their place, and fragments of a producer whose clock went back. Used by one thread.
 */
final class Lookups {
  private static final Logger log = LoggerFactory.getLogger(Lookups.class);

  /** At once, and once more for a fragment that is just coming in. */
  private static final int ASKS = 2;

  /** How far a producer's clock may go back for its fragments to be found. */
  private static final Duration CLOCK_STEP = Duration.ofHours(1);

  private static final Duration AHEAD = Duration.ofMinutes(1);

  /**
   * What is done about fragments that are overdue.
   *
   * @param read these now
   * @param gaps what is named instead, by the fragments' numbers
   */
  record Found(@Nullable SideList read, Map<String, SourceEvent.Gap> gaps) {}

  private final Joins joins;
  private final FragmentReader fragments;
  private final Lifetime life;
  private final HlsTimes times;
  private @Nullable String hole;
  private int asks;

  Lookups(Joins joins, FragmentReader fragments, Lifetime life, HlsTimes times) {
    this.joins = joins;
    this.fragments = fragments;
    this.life = life;
    this.times = times;
  }

  /** Whether there is a hole before {@code next} of which the archive is yet to be asked. */
  boolean unasked(Segment next) {
    Position last = fragments.position();
    return last != null
        && next.start() != null
        && Duration.between(last.end(), next.start()).compareTo(times.hole()) >= 0
        && !fragments.done(next.key())
        && !(next.key().equals(hole) && asks >= ASKS);
  }

  /** What the archive has in the hole before {@code next}; null for nothing. */
  @Nullable SideList inHoleBefore(Segment next) throws HlsFailure, InterruptedException {
    Position last = fragments.position();
    Instant to = next.start();
    if (last == null || to == null) {
      return null;
    }
    if (!next.key().equals(hole)) {
      hole = next.key();
      asks = 0;
    }
    if (asks > 0) {
      life.await(times.grace());
    }
    SideList found = archived(last.start(), to);
    asks = found == null ? asks + 1 : 0;
    return found;
  }

  /** A session was lost: holes are asked about anew. */
  void forget() {
    hole = null;
  }

  /**
   * Looks for fragments that came in and are not listed: what the producer sends now is read, what
   * is merely late or lies in a gap that was named is not.
   *
   * @param named gaps so far
   */
  Found overdue(List<Overdue> arrivals, GapAccount named) throws HlsFailure, InterruptedException {
    Map<String, Segment> listed = new HashMap<>();
    SideList archive = archived(from(arrivals), to(arrivals));
    if (archive != null) {
      for (Segment segment : archive.reader().window().segments()) {
        listed.put(segment.key(), segment);
      }
    }
    Set<String> wanted = new HashSet<>();
    Map<String, SourceEvent.Gap> gaps = new LinkedHashMap<>();
    for (Overdue arrival : arrivals) {
      SourceEvent.Gap gap = gap(arrival, listed.get(arrival.number()));
      Instant from = gap.from();
      Instant to = gap.to();
      if (from == null || to == null || arrival.overtaken() || named.names(from, to)) {
        gaps.put(arrival.number(), gap);
      } else {
        wanted.add(arrival.number());
      }
    }
    if (archive == null || wanted.isEmpty()) {
      return new Found(null, gaps);
    }
    log.warn(
        "the producer's clock went back: {} fragments that came in are not listed live",
        wanted.size());
    return new Found(
        new SideList(archive.reader(), s -> wanted.contains(s.key()) && !fragments.done(s.key())),
        gaps);
  }

  private static SourceEvent.Gap gap(Overdue arrival, @Nullable Segment segment) {
    return new SourceEvent.Gap(
        segment == null ? null : segment.start(),
        segment == null ? null : segment.end(),
        1,
        GapReason.MISSING,
        "fragment %s came to KVS at %s, too late for its place in the order of capture"
            .formatted(arrival.number(), arrival.at()));
  }

  private Instant from(List<Overdue> arrivals) {
    Position last = fragments.position();
    Instant earliest = arrivals.getFirst().at();
    Instant known = last == null || earliest.isBefore(last.start()) ? earliest : last.start();
    return known.minus(CLOCK_STEP);
  }

  private Instant to(List<Overdue> arrivals) {
    Position last = fragments.position();
    Instant latest = arrivals.getLast().at();
    Instant known = last == null || latest.isAfter(last.end()) ? latest : last.end();
    return known.plus(AHEAD);
  }

  /** What the archive has between two capture times and is not done; null for nothing. */
  private @Nullable SideList archived(Instant from, Instant to)
      throws HlsFailure, InterruptedException {
    try {
      SessionReader reader = joins.archive(from, to);
      SideList list =
          new SideList(
              reader, s -> s.start() != null && s.start().isBefore(to) && !fragments.done(s.key()));
      return list.next() == null ? null : list;
    } catch (NoMediaException e) {
      return null;
    }
  }
}
