package io.kvsinfer.worker.source.hls;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a live playlist is read again. A fragment is listed when it is whole, so the next one is due
 * as long after the newest as it will have lasted; how long that is nobody says, but what is listed
 * has lasted so long, and cameras repeat themselves. The playlist is read shortly after each moment
 * that this makes likely and then as often as KVS allows, and now and then in between.
 *
 * <p>When the newest fragment was listed lies between two reads; what the fragments before it say
 * narrows that down, so that the moment of the next becomes known to some hundredths of a second.
 * Moments are nanoseconds as {@link Lifetime#nanos} counts. Used by one thread.
 */
final class Rhythm {
  /** A moment that is known better than this is waited for, a vaguer one is halved. */
  private static final long VAGUE = Duration.ofMillis(80).toNanos();

  /** After the moment a fragment is due, since arrivals are never quite regular. */
  private static final long SETTLE = Duration.ofMillis(20).toNanos();

  /** How long after such a moment the fragment is still looked for often. */
  private static final long PATIENCE = Duration.ofMillis(500).toNanos();

  private final HlsTimes times;
  private @Nullable String newest;
  private long[] durations = {};
  private long target;

  /** Within these two the newest fragment was listed. */
  private long from;

  private long to;

  /** The last read, when it was asked for. */
  private long asked;

  /**
   * @param now moment before the first read
   */
  Rhythm(HlsTimes times, long now) {
    this.times = times;
    this.from = now;
    this.to = now;
    this.asked = now;
  }

  /**
   * The playlist was read.
   *
   * @param asked moment of the request
   * @param answered moment of its answer
   */
  void read(Window window, long asked, long answered) {
    long before = this.asked;
    this.asked = asked;
    target = window.target().toNanos();
    List<Segment> segments = window.segments();
    if (segments.isEmpty() || segments.getLast().key().equals(newest)) {
      return;
    }
    long lasted = 0;
    boolean known = false;
    for (int i = segments.size() - 1; i >= 0 && !known; i--) {
      known = segments.get(i).key().equals(newest);
      lasted += known ? 0 : segments.get(i).duration().toNanos();
    }
    long earliest = Math.max(before, known ? from + lasted : before);
    long latest = Math.min(answered, known ? to + lasted : answered);
    boolean agrees = earliest <= latest;
    from = agrees ? earliest : before;
    to = agrees ? latest : answered;
    newest = segments.getLast().key();
    durations =
        segments.stream().mapToLong(s -> s.duration().toNanos()).sorted().distinct().toArray();
  }

  /** The moment from which on the playlist is to be read again; it may have passed. */
  long next() {
    long shortest = asked + times.shortestPoll().toNanos();
    long begin = to - from > VAGUE ? (from + to) / 2 : to + SETTLE;
    long longest = durations.length == 0 ? target : durations[durations.length - 1];
    if (shortest > begin + 2 * longest) {
      return asked + rest();
    }
    long due = begin + longest;
    for (int i = durations.length - 1; i >= 0; i--) {
      long moment = begin + durations[i];
      boolean passed = moment <= shortest;
      if (passed && (i == durations.length - 1 || shortest <= moment + PATIENCE)) {
        return shortest;
      }
      due = passed ? due : moment;
    }
    long between = asked + times.longestPoll().toNanos();
    // one that comes just before a fragment is due would only put off the next
    return between + times.shortestPoll().toNanos() > due ? Math.max(due, shortest) : between;
  }

  /** Between two reads while nothing comes for longer than a fragment takes. */
  private long rest() {
    return Math.clamp(target / 4, times.shortestPoll().toNanos(), times.longestPoll().toNanos());
  }
}
