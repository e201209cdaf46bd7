package io.kvsinfer.local.kvs;

import io.kvsinfer.local.kvs.HlsRequest.Mode;
import io.kvsinfer.media.frame.VideoTrack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One viewer's session: which fragments its media playlist shows, under which sequence numbers.
 *
 * <p>LIVE shows the newest fragments and never one older than the newest it has shown. LIVE_REPLAY
 * starts with the fragments from the start time on and then adds one each time the duration of the
 * next has elapsed, so it does not catch up. ON_DEMAND shows a range, once. Thread-safe.
 */
final class HlsSession {
  /** Beyond it the service marks a gap or overlap in ON_DISCONTINUITY. */
  private static final Duration TOLERATED = Duration.ofMillis(50);

  /** Entries kept after they left the playlist, for a viewer that still asks for their init. */
  private static final int REMEMBERED = 64;

  /**
   * A fragment under its sequence number.
   *
   * @param discontinuity whether a mark stands before it
   * @param newTrack whether an init segment of its own stands before it
   * @param marksBefore marks on the entries before it, since the session began
   */
  record Entry(
      long sequence,
      String number,
      Instant timestamp,
      long durationUs,
      VideoTrack track,
      boolean discontinuity,
      boolean newTrack,
      long marksBefore) {}

  /**
   * What a playlist shows now.
   *
   * @param longestUs the longest fragment the session has shown, which never gets less
   */
  record Window(List<Entry> entries, long longestUs, boolean complete) {}

  private final String token;
  private final VideoStream stream;
  private final HlsRequest request;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private int shown;
  private long longestUs;
  private @Nullable Instant epoch;
  private long reorderUs;
  private Instant expiresAt;
  private Instant lastShownAt = Instant.MIN;

  HlsSession(String token, VideoStream stream, HlsRequest request, Instant expiresAt) {
    this.token = token;
    this.stream = stream;
    this.request = request;
    this.expiresAt = expiresAt;
  }

  String token() {
    return token;
  }

  VideoStream stream() {
    return stream;
  }

  HlsRequest request() {
    return request;
  }

  synchronized boolean expired(Instant now) {
    return !now.isBefore(expiresAt);
  }

  synchronized void expire() {
    expiresAt = Instant.MIN;
  }

  /** Takes in what has come since, and gives what the media playlist shows. */
  synchronized Window refresh(Instant now) {
    switch (request.mode()) {
      case LIVE -> refreshLive();
      case LIVE_REPLAY -> refreshReplay(now);
      case ON_DEMAND -> refreshOnDemand();
    }
    while (entries.size() > shown + REMEMBERED) {
      entries.removeFirst();
    }
    List<Entry> window =
        List.copyOf(new ArrayList<>(entries).subList(entries.size() - shown, entries.size()));
    return new Window(window, longestUs, request.mode() == Mode.ON_DEMAND);
  }

  private void refreshLive() {
    List<Fragment> come;
    if (entries.isEmpty()) {
      List<Fragment> all = stream.fragments().all();
      come = all.subList(Math.max(0, all.size() - request.most()), all.size());
    } else {
      come = stream.fragments().after(entries.getLast().number());
    }
    come.forEach(this::show);
    shown = Math.min(request.most(), shown);
  }

  private void refreshReplay(Instant now) {
    boolean first = entries.isEmpty();
    for (Fragment fragment : selected()) {
      Duration length = micros(fragment.durationUs());
      if (first ? entries.size() >= request.most() : now.isBefore(lastShownAt.plus(length))) {
        break;
      }
      lastShownAt = first ? now : later(lastShownAt.plus(length), now.minus(length));
      show(fragment);
    }
    shown = Math.min(request.most(), shown);
  }

  private void refreshOnDemand() {
    if (entries.isEmpty()) {
      selected().stream().limit(request.most()).forEach(this::show);
    }
  }

  /** Fragments in the range asked for and not yet shown, in the order of the playlist. */
  private List<Fragment> selected() {
    return selected(stream, request).stream()
        .filter(f -> entries.isEmpty() || time(f).isAfter(entries.getLast().timestamp()))
        .toList();
  }

  static List<Fragment> selected(VideoStream stream, HlsRequest request) {
    Instant start = request.start() == null ? Instant.MIN : request.start();
    Instant end = request.end() == null ? Instant.MAX : request.end();
    return FragmentRange.select(stream.fragments().all(), request.timestamps(), start, end);
  }

  private void show(Fragment fragment) {
    Entry last = entries.peekLast();
    if (last != null && !time(fragment).isAfter(last.timestamp())) {
      return;
    }
    if (epoch == null) {
      epoch = time(fragment);
      reorderUs = -fragment.samples().getFirst().decodeUs();
    }
    boolean newTrack = last == null || !last.track().equals(fragment.track());
    boolean mark =
        switch (request.discontinuities()) {
          case ALWAYS -> true;
          case NEVER -> last != null && newTrack;
          case ON_DISCONTINUITY -> last != null && (newTrack || apart(last, fragment));
        };
    entries.addLast(
        new Entry(
            last == null ? 0 : last.sequence() + 1,
            fragment.number(),
            time(fragment),
            fragment.durationUs(),
            fragment.track(),
            mark,
            newTrack,
            last == null ? 0 : last.marksBefore() + (last.discontinuity() ? 1 : 0)));
    shown++;
    longestUs = Math.max(longestUs, fragment.durationUs());
  }

  private boolean apart(Entry last, Fragment next) {
    Instant expected = last.timestamp().plus(micros(last.durationUs()));
    return Duration.between(expected, time(next)).abs().compareTo(TOLERATED) > 0;
  }

  /** The entry that a playlist showed under {@code sequence}; empty when it is long gone. */
  synchronized Optional<Entry> entry(long sequence) {
    return entries.stream().filter(e -> e.sequence() == sequence).findFirst();
  }

  synchronized Optional<Entry> newest() {
    return Optional.ofNullable(entries.peekLast());
  }

  /**
   * When the keyframe of a fragment is shown on the session's timeline, in microseconds. The
   * session's first fragment is decoded at 0, so the timeline starts later by what its frames are
   * out of order; all others keep their distance from it.
   */
  synchronized long timelineUs(Fragment fragment) {
    Instant zero = epoch == null ? time(fragment) : epoch;
    return reorderUs + Math.max(0, Duration.between(zero, time(fragment)).toNanos() / 1000);
  }

  private Instant time(Fragment fragment) {
    return fragment.timestamp(request.timestamps());
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private static Duration micros(long us) {
    return Duration.ofNanos(us * 1000);
  }
}
