package io.kvsinfer.worker.source.hls;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * On a simulated clock: how late a fragment is found, and how often the playlist is read for it.
 */
class RhythmTest {
  private static final long MS = 1_000_000;
  private static final int LISTED = 20;

  /** An exchange takes so long, the answer is as things stand in the middle of it. */
  private static final long EXCHANGE = 20 * MS;

  private final RandomGenerator random = new SplittableRandom(5);
  private final List<Long> late = new ArrayList<>();
  private final List<Long> asked = new ArrayList<>();

  /** Fragments that last so long, each listed some milliseconds after it is whole. */
  private void play(long[] lastMs, LongUnaryOperator jitterMs) {
    long[] listedAt = new long[lastMs.length];
    long captured = 0;
    for (int i = 0; i < lastMs.length; i++) {
      captured += lastMs[i];
      long listed = (captured + jitterMs.applyAsLong(i)) * MS;
      listedAt[i] = i == 0 ? listed : Math.max(listedAt[i - 1], listed);
    }
    long now = listedAt[2] + 777 * MS;
    Rhythm rhythm = new Rhythm(HlsTimes.DEFAULT, now);
    int seen = 3;
    while (seen < lastMs.length) {
      long next = Math.max(now, rhythm.next());
      asked.add(next);
      long looked = next + EXCHANGE / 2;
      now = next + EXCHANGE;
      int listed = seen;
      while (listed < lastMs.length && listedAt[listed] <= looked) {
        late.add((now - listedAt[listed]) / MS);
        listed++;
      }
      seen = listed;
      rhythm.read(window(lastMs, seen), next, now);
    }
  }

  private static Window window(long[] lastMs, int listed) {
    List<Segment> segments = new ArrayList<>();
    int first = Math.max(0, listed - LISTED);
    for (int i = first; i < listed; i++) {
      segments.add(
          new Segment(
              i,
              "91343852333181432392682062607743920146264094" + (100 + i),
              URI.create("https://kvs/" + i),
              null,
              null,
              Duration.ofMillis(lastMs[i])));
    }
    return new Window(first, segments, Duration.ofSeconds(5), false);
  }

  private long late(double quantile) {
    List<Long> sorted = late.subList(10, late.size()).stream().sorted().toList();
    return sorted.get((int) (quantile * sorted.size()));
  }

  private double readsForEach() {
    return (double) asked.size() / late.size();
  }

  private void assertThatKvsAllowsIt() {
    System.out.printf(
        "rhythm: found late by p50 %d ms, p95 %d ms, %.1f reads for each fragment%n",
        late(0.5), late(0.95), readsForEach());
    for (int i = 5; i < asked.size(); i++) {
      assertThat(asked.get(i) - asked.get(i - 5)).as("five reads").isGreaterThan(1000 * MS);
    }
  }

  private static long[] repeated(int times, long... ms) {
    long[] all = new long[times * ms.length];
    Arrays.setAll(all, i -> ms[i % ms.length]);
    return all;
  }

  @Test
  void regular_fragments_are_found_at_once_by_few_reads() {
    play(repeated(300, 2000), i -> 0);

    assertThat(late(0.95)).isLessThanOrEqualTo(130);
    assertThat(readsForEach()).isLessThan(3.5);
    assertThatKvsAllowsIt();
  }

  @Test
  void the_short_fragment_at_the_end_of_a_clip_that_repeats_is_found_as_the_others() {
    play(repeated(50, 4800, 4800, 4800, 4800, 4800, 4800, 1240), i -> random.nextInt(30));

    assertThat(late(0.95)).isLessThan(250);
    assertThat(readsForEach()).isLessThan(10);
    assertThatKvsAllowsIt();
  }

  @Test
  void durations_as_kvs_gave_them_with_a_network_that_is_uneven() {
    play(repeated(150, 2663, 2680), i -> random.nextInt(150));

    assertThat(late(0.95)).isLessThan(280);
    assertThat(readsForEach()).isLessThan(6);
    assertThatKvsAllowsIt();
  }

  @Test
  void fragments_of_any_length_are_found_within_two_reads() {
    play(random.longs(500, 1000, 4000).toArray(), i -> random.nextInt(50));

    assertThat(late(0.95)).isLessThan(300);
    assertThatKvsAllowsIt();
  }

  @Test
  void a_producer_that_is_silent_is_asked_for_once_a_second() {
    Rhythm rhythm = new Rhythm(HlsTimes.DEFAULT, 0);
    long[] lasted = {2000, 2000, 2000};
    long now = 0;
    for (int i = 0; i < 100; i++) {
      now = Math.max(now, rhythm.next());
      rhythm.read(window(lasted, 3), now, now);
    }
    long before = now;

    assertThat(Math.max(now, rhythm.next()) - before).isEqualTo(1000 * MS);
  }
}
