package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.local.kvs.SimulatedCamera.Entry;
import io.kvsinfer.local.kvs.SimulatedCamera.Sent;
import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.hls.HlsMetrics;
import io.kvsinfer.worker.source.hls.HlsSource;
import io.kvsinfer.worker.source.hls.HlsStart;
import io.kvsinfer.worker.source.hls.HlsTimes;
import io.kvsinfer.worker.source.hls.KvsHlsSessions;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;

/**
 * Hours of media through every fault, on a simulated clock that the server's limits and sessions
 * live by too: what KVS took in is read once and in order, or named. {@code -Dledger.hours} and
 * {@code -Dledger.seed} make it longer or another.
 */
class HlsLedgerTest {
  private static final Instant BEGIN = Instant.parse("2026-11-21T02:48:00Z");

  /** Long enough for the longest delay between tries, twice over. */
  private static final Duration CALM = Duration.ofMinutes(2);

  private static final double HOURS = Double.parseDouble(System.getProperty("ledger.hours", "0.5"));
  private static final long SEED = Long.getLong("ledger.seed", 5);

  private final SimulatedTime time = new SimulatedTime(BEGIN);
  private final RandomGenerator random = new SplittableRandom(SEED);
  private final Map<String, SourceEvent.Fragment> read = new LinkedHashMap<>();
  private final List<String> twice = new ArrayList<>();
  private final List<SourceEvent.Gap> gaps = new ArrayList<>();
  private int timed;

  @ParameterizedTest
  @ValueSource(ints = {60, 300})
  void what_kvs_took_in_is_read_once_and_in_order_or_named(int sessionSeconds) throws Exception {
    KvsServer.Options options = KvsServer.Options.defaults().withClock(time);
    try (KvsServer server = KvsServer.start(0, options);
        HttpClient client = HttpClient.newHttpClient();
        KinesisVideoClient control = Clients.control(server.endpoint())) {
      VideoStream stream = server.createStream("yard", 24);
      SimulatedCamera camera = new SimulatedCamera(time, stream, random);
      HlsSource source =
          new HlsSource(
              "yard",
              new KvsHlsSessions(control, Clients::archive, "yard", "us-east-1", sessionSeconds),
              new HlsSettings(sessionSeconds, 10, 1, 10, 2, 50),
              new HlsStart.Newest(),
              new HlsMetrics(new PrometheusRegistry()),
              client,
              time,
              HlsTimes.DEFAULT.withRequest(Duration.ofSeconds(2)),
              random);
      camera.start();
      Instant end = BEGIN.plus(Duration.ofSeconds(Math.round(HOURS * 3600)));
      faults(server, BEGIN.plusSeconds(20), end);
      time.at(end, source::close);
      read(source);
      judge(camera, end, source.gaps());
    }
  }

  /** A fault of the server every minute or so, and none shortly before the end. */
  private void faults(KvsServer server, Instant at, Instant end) {
    time.at(
        at,
        () -> {
          fault(server.faults());
          Instant next = at.plusMillis(random.nextLong(20_000, 120_000));
          if (next.isBefore(end.minus(CALM))) {
            faults(server, next, end);
          }
        });
  }

  private void fault(Faults faults) {
    int times = random.nextInt(1, 6);
    int after = random.nextInt(3000); // a fragment has some 2000 bytes, a playlist some 1500
    String hls = "api=hls,after=%d,times=%d".formatted(after, times);
    switch (random.nextInt(14)) {
      case 0 -> faults.expireSessions();
      case 1 -> faults.failHls(times, 500);
      case 2 -> faults.failHls(times, 503);
      case 3 -> faults.failHls(random.nextInt(1, 3), 404);
      case 4 -> faults.failHls(random.nextInt(1, 4), 403);
      case 5 -> faults.failCalls(times, 500);
      case 6 -> faults.add("limit:times=" + times);
      case 7 -> faults.add("reset:" + hls);
      case 8 -> faults.add("truncate:" + hls);
      case 9 -> faults.add("truncate:clean=true," + hls);
      case 10 -> faults.add("garbage:bytes=" + random.nextInt(1, 400) + "," + hls);
      case 11 -> faults.add("stall:api=hls,after=%d,seconds=%s".formatted(after, stall()));
      case 12 -> faults.add("slow:api=hls,bytes_per_second=" + random.nextInt(300, 20_000));
      default -> {
        faults.expireSessions();
        faults.failCalls(random.nextInt(1, 4), 429);
      }
    }
  }

  /** Of real time: now and then more than an exchange may take. */
  private String stall() {
    return random.nextInt(4) == 0 ? "2.5" : "0.2";
  }

  private void read(HlsSource source) throws InterruptedException {
    while (true) {
      switch (source.next()) {
        case SourceEvent.Fragment fragment -> {
          String number = String.valueOf(fragment.number());
          if (read.put(number, fragment) != null) {
            twice.add(number);
          }
        }
        case SourceEvent.Gap gap -> gaps.add(gap);
        case SourceEvent.Part part -> throw new AssertionError("HLS has no parts: " + part);
        case SourceEvent.FragmentEnd part -> throw new AssertionError("HLS has no parts: " + part);
        case SourceEvent.End() -> {
          return;
        }
      }
    }
  }

  private void judge(SimulatedCamera camera, Instant end, GapAccount account) {
    Map<String, Entry> ledger = camera.ledger();
    String first = read.keySet().iterator().next();
    List<Entry> owed = new ArrayList<>();
    boolean begun = false;
    for (Entry entry : ledger.values()) {
      begun |= entry.fragment().number().equals(first);
      // what came in just now may be read after the end
      if (begun && entry.fragment().serverTimestamp().isBefore(end.minus(CALM.dividedBy(2)))) {
        owed.add(entry);
      }
    }
    List<String> unread =
        owed.stream()
            .filter(e -> !read.containsKey(e.fragment().number()) && !named(e.fragment()))
            .map(e ->
                e.sent() + " " + e.fragment().producerTimestamp() + " " + e.fragment().number())
            .toList();
    System.out.printf(
        "ledger: %d fragments came in, %d read, %d gaps (%s), unread and unnamed %d, repeated %d%n",
        ledger.size(), read.size(), gaps.size(), account.byReason(), unread.size(), twice.size());
    assertThat(owed.size()).isGreaterThan((int) (HOURS * 3600 / 10));
    assertThat(unread).as("unread and unnamed").isEmpty();
    assertThat(twice).as("repeated").isEmpty();
    assertThat(outOfOrder(ledger)).as("out of order").isEmpty();
    // nearly everything is read: what is named came late, twice, or after a clock's step
    long regular = owed.stream().filter(e -> e.sent() == Sent.IN_ORDER).count();
    long readOfThem =
        owed.stream()
            .filter(e -> e.sent() == Sent.IN_ORDER && read.containsKey(e.fragment().number()))
            .count();
    assertThat(readOfThem).as("of %d sent in order", regular).isGreaterThan(regular * 95 / 100);
    assertThat(account.gaps()).isEqualTo(gaps.size());
    for (SourceEvent.Fragment fragment : read.values()) {
      Instant serverAt = fragment.frames().getFirst().time().serverAt();
      if (serverAt != null) {
        Entry entry = Objects.requireNonNull(ledger.get(String.valueOf(fragment.number())));
        assertThat(serverAt)
            .isEqualTo(entry.fragment().serverTimestamp().truncatedTo(ChronoUnit.MILLIS));
        timed++;
      }
    }
    assertThat(timed).as("with the server's time").isGreaterThan(read.size() * 8 / 10);
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

  /** Within one setting of the camera's clock, captures follow each other. */
  private List<String> outOfOrder(Map<String, Entry> ledger) {
    List<String> wrong = new ArrayList<>();
    List<Entry> order = read.keySet().stream().map(ledger::get).toList();
    for (int i = 1; i < order.size(); i++) {
      Entry before = order.get(i - 1);
      Entry entry = order.get(i);
      if (before.clock() == entry.clock()
          && !entry.fragment().producerTimestamp().isAfter(before.fragment().producerTimestamp())) {
        wrong.add(
            order.subList(Math.max(0, i - 6), Math.min(order.size(), i + 4)).stream()
                .map(e ->
                    "%s came %s, clock %d, captured %s"
                        .formatted(
                            e.sent(),
                            e.fragment().serverTimestamp(),
                            e.clock(),
                            e.fragment().producerTimestamp()))
                .collect(Collectors.joining("\n", "read as\n", "\n")));
      }
    }
    return wrong;
  }
}
