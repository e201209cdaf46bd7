package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.contract.settings.GetMediaSettings.StartSelector;
import io.kvsinfer.local.kvs.SimulatedCamera.Entry;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.getmedia.GetMediaMetrics;
import io.kvsinfer.worker.source.getmedia.GetMediaSource;
import io.kvsinfer.worker.source.getmedia.GetMediaStart;
import io.kvsinfer.worker.source.getmedia.KvsMediaConnections;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;

/**
 * Hours of media by GetMedia through every fault, over real connections and on a simulated clock,
 * which goes on once the source has read all there is or waits for time to pass: each frame of what
 * KVS took in is read once and in order, or its fragment is named. {@code -Dledger.hours} and
 * {@code -Dledger.seed} make it longer or another.
 */
@ExtendWith(LocalKey.class)
class GetMediaLedgerTest {
  private static final Instant BEGIN = Instant.parse("2026-11-21T02:48:00Z");
  private static final Duration CALM = Duration.ofMinutes(1);
  private static final Duration CONNECTION_LIFE = Duration.ofMinutes(45);
  private static final Duration IDLE = Duration.ofSeconds(1);

  /** Of real time, for all there is to be read; far beyond what a stall may take. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final double HOURS = Double.parseDouble(System.getProperty("ledger.hours", "0.5"));
  private static final long SEED = Long.getLong("ledger.seed", 5);

  private final SteppedTime time = new SteppedTime(BEGIN);
  private final RandomGenerator random = new SplittableRandom(SEED);

  /** Frames by fragment, in the order they came. */
  private final Map<String, List<EncodedFrame>> frames = new LinkedHashMap<>();

  private final Map<String, Integer> ends = new LinkedHashMap<>();
  private final List<SourceEvent.Gap> gaps = new ArrayList<>();
  private final Map<String, Integer> happened = new HashMap<>();
  private boolean closed;
  private long reconnects;

  @Test
  void what_kvs_took_in_is_read_once_and_in_order_or_named() throws Exception {
    KvsServer.Options options =
        KvsServer.Options.defaults().withClock(time).withEnforceLimits(false);
    try (KvsServer server = KvsServer.start(0, options);
        HttpClient http = HttpClient.newHttpClient();
        KinesisVideoClient control = Clients.control(server.endpoint())) {
      VideoStream stream = server.createStream("yard", 24);
      SimulatedCamera camera = new SimulatedCamera(time, stream, random);
      try (GetMediaSource source = source(control, http)) {
        camera.start();
        Instant end = BEGIN.plus(Duration.ofSeconds(Math.round(HOURS * 3600)));
        faults(server.faults(), BEGIN.plusSeconds(20), end);
        silentEnds(server.faults(), BEGIN.plus(CONNECTION_LIFE));
        time.at(end, () -> closed = true);
        while (!closed) {
          readAllThereIs(source, stream);
          time.step();
        }
        reconnects = source.account().reconnects();
        judge(camera, end, source.gaps());
      }
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
        new GetMediaStart.Selected(),
        new GetMediaMetrics(new PrometheusRegistry()),
        time,
        new SplittableRandom(SEED));
  }

  /** A fault every minute or so, and none shortly before the end. */
  private void faults(Faults faults, Instant at, Instant end) {
    time.at(
        at,
        () -> {
          fault(faults);
          Instant next = at.plusMillis(random.nextLong(20_000, 120_000));
          if (next.isBefore(end.minus(CALM.multipliedBy(2)))) {
            faults(faults, next, end);
          }
        });
  }

  private void fault(Faults faults) {
    int times = random.nextInt(1, 6);
    String where = "api=GetMedia,after=%d,times=%d".formatted(random.nextInt(4000), times);
    String stall = random.nextInt(4) == 0 ? "1.5" : "0.2"; // of real time; idle is 1 s
    String fault =
        switch (random.nextInt(12)) {
          case 0 -> "reset:" + where;
          case 1 -> "truncate:" + where;
          case 2 -> "truncate:clean=true," + where;
          case 3 -> "garbage:bytes=" + random.nextInt(1, 400) + "," + where;
          case 4 -> "stall:seconds=" + stall + "," + where.replaceAll("times=.*", "times=1");
          case 5 -> "slow:seconds=0.5,api=GetMedia,bytes_per_second=" + random.nextInt(500, 9000);
          case 6 -> "500:api=calls,times=" + times;
          case 7 -> "limit:api=calls,times=" + times;
          case 8 -> "connections:api=GetMedia,times=" + times;
          case 9 -> "error:id=3002";
          case 10 -> "error:id=4000";
          default -> "error:id=5000,times=" + times;
        };
    happened.merge(fault.replaceAll(":.*", ""), 1, Integer::sum);
    faults.add(fault);
    if (fault.contains("api=calls") || fault.startsWith("connections")) {
      faults.add("reset:api=GetMedia"); // or nothing would be asked for
    }
  }

  /** As the service ends a connection: between two fragments, as if that were all. */
  private void silentEnds(Faults faults, Instant at) {
    time.at(
        at,
        () -> {
          faults.add("truncate:clean=true,after=0,api=GetMedia");
          silentEnds(faults, at.plus(CONNECTION_LIFE));
        });
  }

  /** Takes what comes until that is all, or the source waits for time to pass. */
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
        .filter(f -> !ends.containsKey(f.number()) && !named(f))
        .isEmpty();
  }

  private void take(SourceEvent event) {
    switch (event) {
      case SourceEvent.Part part ->
          frames.computeIfAbsent(part.number(), n -> new ArrayList<>()).addAll(part.frames());
      case SourceEvent.FragmentEnd end -> ends.merge(end.number(), 1, Integer::sum);
      case SourceEvent.Gap gap -> gaps.add(gap);
      case SourceEvent.Fragment fragment -> throw new AssertionError("no parts: " + fragment);
      case SourceEvent.End end -> throw new AssertionError("nobody closed it");
    }
  }

  private void judge(SimulatedCamera camera, Instant end, GapAccount account) {
    Map<String, Entry> ledger = camera.ledger();
    String first = frames.keySet().iterator().next();
    List<Fragment> owed =
        ledger.values().stream()
            .map(Entry::fragment)
            .filter(f -> FragmentNumbers.ORDER.compare(f.number(), first) >= 0)
            .filter(f -> f.serverTimestamp().isBefore(end.minus(CALM)))
            .toList();
    List<String> unread =
        owed.stream()
            .filter(f -> !ends.containsKey(f.number()) && !named(f))
            .map(f -> f.number() + " " + f.serverTimestamp() + " " + f.producerTimestamp())
            .toList();
    List<String> repeated =
        ends.entrySet().stream().filter(e -> e.getValue() > 1).map(Map.Entry::getKey).toList();
    List<String> short_ =
        owed.stream()
            .filter(f -> ends.containsKey(f.number()))
            .filter(f -> frames.getOrDefault(f.number(), List.of()).size() != f.samples().size())
            .map(Fragment::number)
            .toList();
    System.out.printf(
        "ledger: %d fragments came in, %d read, %d gaps (%s), unread and unnamed %d, repeated %d,"
            + " frames amiss in %d; %d reconnects, faults %s%n",
        ledger.size(),
        ends.size(),
        gaps.size(),
        account.byReason(),
        unread.size(),
        repeated.size(),
        short_.size(),
        reconnects,
        happened);
    assertThat(owed.size()).isGreaterThan((int) (HOURS * 3600 / 10));
    assertThat(unread).as("unread and unnamed").isEmpty();
    assertThat(repeated).as("repeated").isEmpty();
    assertThat(List.copyOf(frames.keySet())).as("order").isSortedAccordingTo(FragmentNumbers.ORDER);
    // garbage in the head of a frame can hide it from everybody
    assertThat(short_.size()).isLessThanOrEqualTo(5 * happened.getOrDefault("garbage", 0));
    frames.forEach((number, read) ->
        assertThat(read)
            .as("frames of %s".formatted(number))
            .extracting(f -> f.time().capturedAt())
            .doesNotHaveDuplicates()
            .isSorted());
    long whole = owed.stream().filter(f -> ends.containsKey(f.number())).count();
    assertThat(whole).as("of %d", owed.size()).isGreaterThan(owed.size() * 95L / 100);
    assertThat(account.gaps()).isEqualTo(gaps.size());
    // a fault may be met by a connection that another one ends anyway
    int faults = happened.values().stream().mapToInt(n -> n).sum();
    assertThat(reconnects).as("of %s", happened).isGreaterThan(faults / 2);
  }

  /** Whether a gap names it, by its number or by its time. */
  private boolean named(Fragment fragment) {
    Instant from = fragment.producerTimestamp();
    Instant to = from.plusNanos(fragment.durationUs() * 1000);
    Duration rounding = Duration.ofMillis(2);
    return gaps.stream()
        .anyMatch(g ->
            g.detail().contains(fragment.number())
                || (g.from() != null
                    && g.to() != null
                    && !g.from().isAfter(from.plus(rounding))
                    && !g.to().isBefore(to.minus(rounding))));
  }
}
