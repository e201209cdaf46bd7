package io.kvsinfer.local.kvs;

import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.VideoTrack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A camera that sends fragments of 1 to 4 s for hours of simulated time, and everything a camera
 * does: it is silent, late, loses a fragment, sends one twice, changes its picture's size, and its
 * clock goes back. It keeps a ledger of what KVS took in.
 */
final class SimulatedCamera {
  /**
   * What KVS took in.
   *
   * @param clock changes with each step of the camera's clock
   * @param sent what the camera did
   */
  record Entry(Fragment fragment, int clock, Sent sent) {}

  enum Sent {
    IN_ORDER,
    LATE,
    TWICE
  }

  private static final Duration TRANSFER = Duration.ofMillis(150);

  private final Plan time;
  private final VideoStream stream;
  private final RandomGenerator random;
  private final List<VideoTrack> tracks = new ArrayList<>();
  private final List<List<Sample>> samples = new ArrayList<>();
  private final Map<String, Entry> ledger = new LinkedHashMap<>();
  private Duration offset = Duration.ZERO;
  private int clock;
  private int track;

  SimulatedCamera(Plan time, VideoStream stream, RandomGenerator random) throws MediaException {
    this.time = time;
    this.stream = stream;
    this.random = random;
    for (int width : new int[] {64, 96}) {
      try (H264Encoder encoder = H264Encoder.open(width, 64, 4, 20_000, 4)) {
        List<Sample> made = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          made.addAll(encoder.encodeBgr(new byte[width * 64 * 3], i * 250_000L));
        }
        made.addAll(encoder.finish());
        tracks.add(encoder.track());
        samples.add(made);
      }
    }
  }

  /** What KVS took in so far, by fragment number, in the order of arrival. */
  Map<String, Entry> ledger() {
    return ledger;
  }

  /** Begins to send and never ends. */
  void start() {
    capture(time.instant());
  }

  private void capture(Instant begin) {
    long us = random.nextLong(1000, 4000) * 1000;
    Instant captured = begin.plus(Duration.ofNanos(us * 1000));
    time.at(
        captured.plus(TRANSFER),
        () -> {
          Duration away = sent(begin, us);
          capture(captured.plus(away));
        });
  }

  /** Sends what was captured; answers how long nothing is captured after it. */
  private Duration sent(Instant begin, long us) {
    int chance = random.nextInt(1000);
    Instant producer = begin.plus(offset);
    if (chance < 10) { // after the one or two that follow
      Duration delay = Duration.ofMillis(random.nextLong(2000, 9000));
      int of = track;
      int at = clock;
      time.at(time.instant().plus(delay), () -> take(producer, us, of, at, Sent.LATE));
      return Duration.ZERO;
    }
    if (chance >= 995) { // lost before KVS had it
      return Duration.ZERO;
    }
    take(producer, us, track, clock, Sent.IN_ORDER);
    if (chance < 14) {
      int of = track;
      int at = clock;
      time.at(time.instant().plusMillis(300), () -> take(producer, us, of, at, Sent.TWICE));
    } else if (chance < 18) {
      track = 1 - track;
    } else if (chance < 21) {
      clock++;
      offset = offset.minusMillis(random.nextLong(3000, 40_000));
    } else if (chance < 24) {
      clock++;
      offset = offset.plusMillis(random.nextLong(3000, 40_000));
    } else if (chance < 30) {
      return Duration.ofMillis(random.nextLong(1000, 90_000));
    }
    return Duration.ZERO;
  }

  private void take(Instant producer, long us, int of, int at, Sent sent) {
    Instant now = time.instant();
    Fragment fragment =
        stream.ingest(
            producer, now.minus(TRANSFER), now, tracks.get(of), stretched(samples.get(of), us), us);
    ledger.put(fragment.number(), new Entry(fragment, at, sent));
  }

  /** A second of frames, spread over the time a fragment takes. */
  private static List<Sample> stretched(List<Sample> second, long us) {
    return second.stream()
        .map(s ->
            new Sample(
                s.data(),
                s.decodeUs() * us / 1_000_000,
                s.presentUs() * us / 1_000_000,
                s.keyframe()))
        .toList();
  }
}
