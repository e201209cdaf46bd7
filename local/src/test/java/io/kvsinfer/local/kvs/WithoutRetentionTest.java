package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.contract.settings.GetMediaSettings.StartSelector;
import io.kvsinfer.local.kvs.SimulatedCamera.Entry;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import io.kvsinfer.worker.source.getmedia.GetMediaMetrics;
import io.kvsinfer.worker.source.getmedia.GetMediaSource;
import io.kvsinfer.worker.source.getmedia.GetMediaStart;
import io.kvsinfer.worker.source.getmedia.KvsMediaConnections;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;

/**
 * A stream without retention, of which KVS buffers five minutes, and readers that are killed at
 * random and come back some seconds to twenty minutes later, after the last fragment they had done:
 * what KVS still has is read, and what is gone is a named gap, not silence. Over real connections,
 * on a simulated clock. {@code -Dkvsinfer.kills} and {@code -Dkvsinfer.seed} make it longer or
 * another.
 */
@ExtendWith(LocalKey.class)
class WithoutRetentionTest {
  private static final int KILLS = Integer.getInteger("kvsinfer.kills", 12);
  private static final long SEED = Long.getLong("kvsinfer.seed", 3);
  private static final Instant BEGIN = Instant.parse("2026-11-21T02:48:00Z");
  private static final Pattern ENDS =
      Pattern.compile("between fragment (\\d+) and fragment (\\d+)");
  private static final Duration CATCH_UP = Duration.ofHours(1);
  private static final Duration IDLE = Duration.ofSeconds(1);

  /** Of real time, for all there is to be read; far beyond what a stall may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final SteppedTime time = new SteppedTime(BEGIN);
  private final RandomGenerator random = new SplittableRandom(SEED);
  private final Set<String> read = new HashSet<>();
  private final List<SourceEvent.Gap> gaps = new ArrayList<>();
  private Instant captured = BEGIN;
  private String last = "";
  private Instant newest = BEGIN;
  private boolean moved;

  @Test
  void what_is_gone_is_named() throws Exception {
    KvsServer.Options options =
        KvsServer.Options.defaults().withClock(time).withEnforceLimits(false);
    try (KvsServer server = KvsServer.start(0, options);
        HttpClient http = HttpClient.newHttpClient();
        KinesisVideoClient control = Clients.control(server.endpoint())) {
      VideoStream stream = server.createStream("yard", 0);
      SimulatedCamera camera = new SimulatedCamera(time, stream, random);
      camera.start();
      for (int kill = 0; kill <= KILLS; kill++) {
        try (GetMediaSource source = source(control, http)) {
          watch(source, stream, Duration.ofSeconds(random.nextLong(20, 240)));
        }
        if (kill < KILLS) {
          // Half of them come back while KVS still has everything.
          pass(Duration.ofSeconds(random.nextLong(5, random.nextBoolean() ? 240 : 1200)));
        }
      }
      judge(camera);
    }
  }

  private GetMediaSource source(KinesisVideoClient control, HttpClient http) {
    return new GetMediaSource(
        "yard",
        new KvsMediaConnections(
            control,
            endpoint -> KvsMediaConnections.client(endpoint, "us-east-1", http, IDLE),
            "yard",
            "us-east-1"),
        new GetMediaSettings(StartSelector.NOW, null, null, null, 30, 65536, 1, 50, 100, 10),
        last.isEmpty()
            ? new GetMediaStart.Selected()
            : new GetMediaStart.After(last, captured, CATCH_UP),
        new GetMediaMetrics(new PrometheusRegistry()),
        time,
        new SplittableRandom(SEED));
  }

  /** Reads for so long, and ends at no particular place in a fragment. */
  private void watch(GetMediaSource source, VideoStream stream, Duration length)
      throws InterruptedException {
    Instant end = time.instant().plus(length);
    time.at(end, () -> moved = true);
    moved = false;
    while (!moved) {
      readAllThereIs(source, stream);
      time.step();
    }
  }

  private void pass(Duration length) {
    time.at(time.instant().plus(length), () -> moved = true);
    moved = false;
    while (!moved) {
      time.step();
    }
  }

  private void readAllThereIs(GetMediaSource source, VideoStream stream)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      SourceEvent event = source.next(Duration.ofMillis(2));
      if (event != null) {
        take(event);
      } else if (time.awaited() || done(stream)) {
        return;
      } else {
        assertThat(System.nanoTime() - deadline).as("reading has stopped").isNegative();
      }
    }
  }

  private boolean done(VideoStream stream) {
    return stream
        .fragments()
        .newest()
        .filter(f -> !read.contains(f.number()) && !named(f))
        .isEmpty();
  }

  private void take(SourceEvent event) {
    switch (event) {
      case SourceEvent.Part part -> newest = part.frames().getLast().time().capturedAt();
      case SourceEvent.FragmentEnd end -> {
        assertThat(read.add(end.number())).as("read once: " + end.number()).isTrue();
        // What a worker keeps as its checkpoint.
        last = end.number();
        captured = newest;
      }
      case SourceEvent.Gap gap -> gaps.add(gap);
      case SourceEvent.Fragment fragment -> throw new AssertionError("no parts: " + fragment);
      case SourceEvent.End end -> throw new AssertionError("nobody closed it");
    }
  }

  private void judge(SimulatedCamera camera) {
    String first =
        camera.ledger().keySet().stream().filter(read::contains).findFirst().orElseThrow();
    List<Fragment> owed =
        camera.ledger().values().stream()
            .map(Entry::fragment)
            .filter(f -> FragmentNumbers.ORDER.compare(f.number(), first) >= 0)
            .filter(f -> FragmentNumbers.ORDER.compare(f.number(), last) <= 0)
            .toList();
    List<Fragment> unread = owed.stream().filter(f -> !read.contains(f.number())).toList();
    List<String> silent =
        unread.stream()
            .filter(f -> !named(f))
            .map(f -> f.number() + " " + f.serverTimestamp() + " " + f.producerTimestamp())
            .toList();
    Map<GapReason, Integer> reasons = new EnumMap<>(GapReason.class);
    gaps.forEach(gap -> reasons.merge(gap.reason(), 1, Integer::sum));
    System.out.printf(
        "without retention: %d kills, %d fragments came in, %d read, %d gone and named in %d gaps"
            + " %s, %d gone and not named%n",
        KILLS,
        owed.size(),
        read.size(),
        unread.size() - silent.size(),
        gaps.size(),
        reasons,
        silent.size());
    assertThat(silent).as("neither read nor named").isEmpty();
    // Or nothing was shown: some absences were longer than what is buffered, some were not.
    assertThat(unread.size()).isBetween(1, owed.size() * 9 / 10);
    assertThat(reasons).containsKey(GapReason.NOT_KEPT);
  }

  /** Whether a gap names it: by its number, between two others, or by its time. */
  private boolean named(Fragment fragment) {
    Instant from = fragment.producerTimestamp();
    Instant to = from.plusNanos(fragment.durationUs() * 1000);
    Duration rounding = Duration.ofMillis(2);
    return gaps.stream()
        .anyMatch(g ->
            g.detail().contains(fragment.number())
                || between(g.detail(), fragment.number())
                || (g.from() != null
                    && g.to() != null
                    && !g.from().isAfter(from.plus(rounding))
                    && !g.to().isBefore(to.minus(rounding))));
  }

  /** A camera whose clock is set while nobody looks: only the fragments' numbers tell then. */
  private static boolean between(String detail, String number) {
    Matcher ends = ENDS.matcher(detail);
    return ends.find()
        && FragmentNumbers.ORDER.compare(ends.group(1), number) < 0
        && FragmentNumbers.ORDER.compare(number, ends.group(2)) < 0;
  }
}
