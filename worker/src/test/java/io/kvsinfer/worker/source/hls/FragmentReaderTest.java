package io.kvsinfer.worker.source.hls;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.worker.source.SourceTime;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FragmentReaderTest {
  private static final Instant T0 = Instant.parse("2026-11-21T02:48:00Z");

  /** Time that passes only where a test says so, and by {@code step} whenever it is asked for. */
  private static final class Passing implements SourceTime {
    final AtomicLong nanos = new AtomicLong();
    volatile long step;

    @Override
    public Instant instant() {
      return T0.plusNanos(nanos.get());
    }

    @Override
    public long nanos() {
      return nanos.addAndGet(step);
    }

    @Override
    public void await(Duration time, CountDownLatch end) {
      nanos.addAndGet(time.toNanos());
    }
  }

  private final Passing time = new Passing();

  @Test
  void only_the_network_counts_as_the_time_that_a_fragment_took_to_come() throws Exception {
    Clip clip = Clip.coloured(160, 120);
    try (HlsServer server = new HlsServer();
        HttpClient client = HttpClient.newHttpClient()) {
      server.store(List.of(clip.fragment(0, T0), clip.fragment(1, T0)));
      Lifetime life = new Lifetime(time);
      HlsHttp http = new HlsHttp(client, HlsTimes.DEFAULT.request());
      Demuxing demuxing = new Demuxing();
      FragmentReader fragments =
          new FragmentReader(
              (segment, init, media, start, serverAt) -> {
                time.nanos.addAndGet(Duration.ofMinutes(1).toNanos());
                return demuxing.frames(segment, init, media, start, serverAt);
              },
              new Arrivals(server, http, life, HlsTimes.DEFAULT, 300),
              life,
              HlsTimes.DEFAULT,
              false,
              false,
              null);
      Playback live = new Playback.Live();
      SessionReader session = SessionReader.open(http, life, live, server.open(live));

      assertThat(fragments.read(session, Objects.requireNonNull(session.next()))).isNotEmpty();
      assertThat(fragments.fetching()).as("demuxing took a minute").isZero();

      time.step = 1_000_000;
      assertThat(fragments.read(session, Objects.requireNonNull(session.next()))).isNotEmpty();
      assertThat(fragments.fetching())
          .as("the request took what the clock went on meanwhile")
          .isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));
    }
  }
}
