package io.kvsinfer.worker.source.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.worker.source.ConnectionState;
import io.kvsinfer.worker.source.HlsStreamException;
import io.kvsinfer.worker.source.KvsConnectionException;
import io.kvsinfer.worker.source.SourceAccount;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import io.kvsinfer.worker.source.SourceTime;
import io.kvsinfer.worker.source.hls.HlsServer.Fault;
import io.kvsinfer.worker.source.hls.HlsServer.Stored;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HlsSourceTest {
  private static final Instant T0 = Instant.parse("2026-11-21T02:48:00.123Z");
  private static final HlsTimes TIMES =
      new HlsTimes(
          Duration.ofSeconds(3),
          Duration.ofMillis(10),
          Duration.ofMillis(20),
          Duration.ofMillis(1),
          Duration.ofMillis(300),
          Duration.ofMillis(50),
          Duration.ofSeconds(10),
          Duration.ofMillis(900),
          Duration.ofMillis(30),
          Duration.ofMillis(400),
          Duration.ofSeconds(3),
          Duration.ofMillis(50));

  private final HttpClient client = HttpClient.newHttpClient();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private volatile Instant now = T0.plusSeconds(3);
  private HlsServer server;
  private Clip clip;

  @BeforeEach
  void serve() throws Exception {
    server = new HlsServer();
    clip = Clip.coloured(320, 240);
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private void store(int... ordinals) {
    server.store(Arrays.stream(ordinals).mapToObj(i -> clip.fragment(i, T0)).toList());
  }

  private HlsSource source(HlsStart start, HlsSettings settings) {
    return new HlsSource(
        "yard",
        server,
        settings,
        start,
        new HlsMetrics(registry),
        client,
        SourceTime.of(() -> now),
        TIMES,
        new SplittableRandom(1));
  }

  private static HlsSettings settings(int sessionSeconds, int margin, int errors) {
    return new HlsSettings(sessionSeconds, margin, 0.02, 0.1, 2, errors);
  }

  private HlsSource live() {
    return source(new HlsStart.Newest(), settings(300, 30, 10));
  }

  private double metric(String name) {
    for (MetricSnapshot snapshot : registry.scrape()) {
      if (snapshot instanceof CounterSnapshot c
          && name.equals(c.getMetadata().getName() + "_total")) {
        return c.getDataPoints().getFirst().getValue();
      }
      if (snapshot instanceof GaugeSnapshot g && name.equals(g.getMetadata().getName())) {
        return g.getDataPoints().getFirst().getValue();
      }
    }
    throw new AssertionError("no metric " + name);
  }

  @Test
  void reading_begins_with_the_newest_fragment_and_goes_on_in_order() throws Exception {
    store(0, 1, 2);
    HlsSource source = live();
    assertThat(source.state()).isEqualTo(ConnectionState.DISCONNECTED);
    try (Reading reading = new Reading(source)) {
      reading.until("1002");
      store(3, 4);
      reading.until("1004");
      assertThat(reading.numbers()).containsExactly("1002", "1003", "1004");
      assertThat(reading.gaps()).isEmpty();
      assertThat(source.state()).isEqualTo(ConnectionState.CONNECTED);
      SourceAccount account = source.account();
      assertThat(account.fragments()).isEqualTo(3);
      assertThat(account.frames()).isEqualTo(3 * Clip.FRAMES);
      assertThat(account.lastReceivedAt()).isEqualTo(now);
    }
    assertThat(metric("kvs_hls_frames_total")).isEqualTo(3 * Clip.FRAMES);
    assertThat(metric("kvs_hls_last_frame_timestamp")).isEqualTo(now.toEpochMilli() / 1000.0);
    assertThat(metric("kvs_hls_connection_state")).isZero();
  }

  @Test
  void a_frame_carries_its_capture_time_fragment_and_offset() throws Exception {
    store(0);
    try (Reading reading = new Reading(live())) {
      reading.until("1000");
      List<EncodedFrame> frames = reading.fragments().getFirst().frames();
      assertThat(frames).hasSize(Clip.FRAMES);
      EncodedFrame first = frames.getFirst();
      assertThat(first.track().width()).isEqualTo(320);
      assertThat(first.time().keyframe()).isTrue();
      assertThat(first.time().fragmentStart()).isTrue();
      assertThat(first.time().capturedAt()).isEqualTo(T0);
      assertThat(first.time().offsetMs()).isZero();
      EncodedFrame last = frames.getLast();
      assertThat(last.time().fragmentNumber()).isEqualTo("1000");
      assertThat(last.time().fragmentStart()).isFalse();
      assertThat(last.time().offsetMs()).isEqualTo(900);
      assertThat(last.time().capturedAt()).isEqualTo(T0.plusMillis(900));
      assertThat(reading.fragments().getFirst().late()).isFalse();
    }
  }

  @Test
  void a_url_is_renewed_before_it_expires_and_no_frame_is_lost_or_repeated() throws Exception {
    store(0);
    HlsSource source = source(new HlsStart.Newest(), settings(1, 1, 10));
    try (Reading reading = new Reading(source)) {
      int last = 0;
      while (source.account().urlRefreshes() < 2) {
        reading.until("" + (1000 + last));
        store(++last);
      }
      reading.until("" + (1000 + last));
      assertThat(reading.numbers())
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1000, 1000 + last).mapToObj(String::valueOf).toList());
      assertThat(reading.gaps()).isEmpty();
      assertThat(source.account().reconnects()).isZero();
      assertThat(source.account().readErrors()).isZero();
    }
    assertThat(metric("kvs_hls_url_refreshes_total")).isEqualTo(2);
  }

  @Test
  void a_renewal_that_fails_lets_the_old_session_play_on() throws Exception {
    store(0);
    HlsSource source = source(new HlsStart.Newest(), settings(1, 1, 10));
    try (Reading reading = new Reading(source)) {
      reading.until("1000");
      server.refuseNextSession(new KvsConnectionException("throttled", false, null));
      server.refuseNextSession(new KvsConnectionException("throttled", false, null));
      store(1, 2);
      reading.until("1002");
      Eventually.until(
          "the refusal is counted",
          Duration.ofSeconds(5),
          () -> source.account().readErrors() >= 1);
      store(3);
      reading.until("1003");
      assertThat(reading.numbers()).containsExactly("1000", "1001", "1002", "1003");
      assertThat(source.account().reconnects()).isZero();
    }
  }

  @Test
  void a_session_that_expires_in_mid_playback_is_replaced_at_once() throws Exception {
    store(0);
    HlsSource source = live();
    try (Reading reading = new Reading(source)) {
      reading.until("1000");
      server.expireSessions();
      store(1, 2);
      reading.until("1002");
      assertThat(reading.numbers()).containsExactly("1000", "1001", "1002");
      assertThat(reading.gaps()).isEmpty();
      assertThat(source.account().reconnects()).isEqualTo(1);
      assertThat(server.opened()).hasSize(2);
    }
    assertThat(metric("kvs_hls_reconnects_total")).isEqualTo(1);
  }

  @Test
  void sessions_that_are_refused_again_and_again_end_in_an_error() throws Exception {
    store(0);
    server.fail("getMP4MediaFragment", 1000, new Fault.Status(403));
    HlsSource source = source(new HlsStart.Newest(), settings(300, 30, 3));
    try (Reading reading = new Reading(source)) {
      assertThat(reading.failed())
          .isInstanceOf(HlsStreamException.class)
          .hasMessageContaining("gave up after 4 failures in a row")
          .hasMessageContaining("403")
          .hasMessageNotContaining(HlsServer.SECRET);
      assertThat(source.state()).isEqualTo(ConnectionState.ERROR);
    }
  }

  @Test
  void server_errors_are_retried_and_a_good_frame_forgets_them() throws Exception {
    store(0);
    HlsSource source = source(new HlsStart.Newest(), settings(300, 30, 3));
    try (Reading reading = new Reading(source)) {
      reading.until("1000");
      for (int i = 1; i < 6; i++) {
        server.fail("FragmentNumber=" + (1000 + i), 2, new Fault.Status(500));
        server.fail("getHLSMediaPlaylist", 1, new Fault.Status(503));
        store(i);
        reading.until("" + (1000 + i));
      }
      assertThat(reading.numbers()).containsExactly("1000", "1001", "1002", "1003", "1004", "1005");
      assertThat(reading.gaps()).isEmpty();
      assertThat(source.account().readErrors()).isEqualTo(15);
      assertThat(source.state()).isEqualTo(ConnectionState.CONNECTED);
    }
    assertThat(metric("kvs_hls_read_errors_total")).isEqualTo(15);
  }

  @Test
  void after_a_break_everything_since_the_last_fragment_is_replayed() throws Exception {
    store(0);
    server.liveWindow(2);
    HlsSource source = live();
    try (Reading reading = new Reading(source)) {
      reading.until("1000");
      server.fail("getHLSMediaPlaylist", 3, new Fault.Status(500));
      store(1, 2, 3, 4, 5, 6, 7);
      reading.until("1007");
      assertThat(reading.numbers())
          .containsExactly("1000", "1001", "1002", "1003", "1004", "1005", "1006", "1007");
      assertThat(reading.gaps()).isEmpty();
      assertThat(server.opened()).contains(new Playback.Replay(T0.minusMillis(1)));
      assertThat(server.opened().getFirst()).isEqualTo(new Playback.Live());
      Eventually.until(
          "it goes live again",
          Duration.ofSeconds(5),
          () -> server.opened().getLast() instanceof Playback.Live);
      store(8);
      reading.until("1008");
    }
  }

  @Test
  void a_live_playlist_that_moved_past_us_is_replayed() throws Exception {
    store(0);
    server.liveWindow(1);
    try (Reading reading = new Reading(live())) {
      reading.until("1000");
      store(1, 2, 3, 4, 5);
      reading.until("1005");
      store(6);
      reading.until("1006");
      assertThat(reading.numbers())
          .containsExactly("1000", "1001", "1002", "1003", "1004", "1005", "1006");
      assertThat(reading.gaps()).isEmpty();
    }
  }

  @Test
  void a_missing_fragment_is_a_named_gap() throws Exception {
    store(0);
    HlsSource source = live();
    try (Reading reading = new Reading(source)) {
      reading.until("1000");
      store(2);
      reading.until("1002");
      assertThat(reading.gaps())
          .singleElement()
          .satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo(GapReason.NOT_KEPT);
            assertThat(gap.from()).isEqualTo(T0.plusSeconds(1));
            assertThat(gap.to()).isEqualTo(T0.plusSeconds(2));
            assertThat(gap.detail()).contains("fragment 1000").contains("fragment 1002");
          });
      assertThat(source.account().gaps()).isEqualTo(1);
      assertThat(source.gaps().newest()).isEqualTo(reading.gaps());
      assertThat(source.gaps().time()).isEqualTo(Duration.ofSeconds(1));
      // the archive was asked at once, and again for a fragment that was just coming in
      assertThat(server.opened().stream().filter(Playback.OnDemand.class::isInstance)).hasSize(2);
    }
  }

  @Test
  void a_fragment_that_is_listed_and_not_there_is_given_up_and_named() throws Exception {
    store(0);
    server.fail("FragmentNumber=1001", 100, new Fault.Status(404));
    try (Reading reading = new Reading(live())) {
      reading.until("1000");
      store(1, 2);
      reading.until("1002");
      assertThat(reading.numbers()).containsExactly("1000", "1002");
      assertThat(reading.gaps())
          .singleElement()
          .satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo(GapReason.NOT_KEPT);
            assertThat(gap.from()).isEqualTo(T0.plusSeconds(1));
            assertThat(gap.detail())
                .contains("fragment 1001 was given up after 3 tries")
                .contains("404")
                .doesNotContain(HlsServer.SECRET);
          });
    }
  }

  @Test
  void a_body_cut_short_is_read_again() throws Exception {
    store(0);
    server.fail("FragmentNumber=1001", 1, new Fault.Truncated());
    HlsSource source = live();
    try (Reading reading = new Reading(source)) {
      reading.until("1000");
      store(1, 2);
      reading.until("1002");
      assertThat(reading.numbers()).containsExactly("1000", "1001", "1002");
      assertThat(source.account().readErrors()).isEqualTo(1);
    }
  }

  @Test
  void a_fragment_that_cannot_be_read_is_given_up_and_named() throws Exception {
    store(0);
    server.fail("FragmentNumber=1001", 100, new Fault.Garbage());
    try (Reading reading = new Reading(live())) {
      reading.until("1000");
      store(1, 2);
      reading.until("1002");
      assertThat(reading.gaps())
          .singleElement()
          .satisfies(gap -> assertThat(gap.reason()).isEqualTo(GapReason.UNREADABLE));
    }
  }

  @Test
  void a_new_init_segment_is_a_new_track_and_a_new_address_alone_is_not() throws Exception {
    server.initMoves();
    store(0);
    try (Reading reading = new Reading(live())) {
      reading.until("1000");
      store(1);
      reading.until("1001");
      clip = Clip.coloured(640, 360);
      store(2);
      reading.until("1002");
      List<SourceEvent.Fragment> fragments = reading.fragments();
      assertThat(fragments.get(1).frames().getFirst().track())
          .isSameAs(fragments.get(0).frames().getFirst().track());
      assertThat(fragments.get(2).frames().getFirst().track().width()).isEqualTo(640);
    }
  }

  @Test
  void a_playlist_that_stands_still_is_stalled_and_still_connected() throws Exception {
    store(0);
    HlsSource source = live();
    try (Reading reading = new Reading(source)) {
      reading.until("1000");
      assertThat(source.stalled()).isFalse();
      Eventually.until("it is stalled", Duration.ofSeconds(10), source::stalled);
      assertThat(source.state()).isEqualTo(ConnectionState.CONNECTED);
      store(1);
      reading.until("1001");
      assertThat(source.stalled()).isFalse();
    }
  }

  @Test
  void media_on_another_host_is_refused() throws Exception {
    store(0);
    server.mediaOn("http://127.0.0.1:1/");
    try (Reading reading = new Reading(live())) {
      assertThat(reading.failed())
          .isInstanceOf(HlsStreamException.class)
          .hasMessageContaining("another host (http://127.0.0.1:1)")
          .hasMessageNotContaining(HlsServer.SECRET);
      assertThat(reading.failed().permanent()).isTrue();
    }
  }

  @Test
  void a_permanent_refusal_is_raised_at_once() throws Exception {
    server.refuseNextSession(new KvsConnectionException("stream yard was not found", true, null));
    HlsSource source = live();
    try (Reading reading = new Reading(source)) {
      assertThat(reading.failed()).hasMessage("stream yard was not found");
      assertThat(source.state()).isEqualTo(ConnectionState.ERROR);
      assertThat(server.opened()).isEmpty();
    }
  }

  @Test
  void a_passing_refusal_is_tried_again() throws Exception {
    store(0);
    server.refuseNextSession(new KvsConnectionException("no media right now", false, null));
    server.refuseNextSession(new KvsConnectionException("no media right now", false, null));
    HlsSource source = live();
    try (Reading reading = new Reading(source)) {
      reading.until("1000");
      assertThat(source.account().readErrors()).isEqualTo(2);
      assertThat(source.account().reconnects()).isZero();
    }
  }

  @Test
  void a_successor_reads_on_after_the_checkpoint_and_marks_what_is_late() throws Exception {
    store(0, 1, 2, 3, 4, 5);
    now = T0.plusSeconds(14);
    HlsStart start = new HlsStart.After("1001", T0.plusMillis(1900), Duration.ofMinutes(5));
    try (Reading reading = new Reading(source(start, settings(300, 30, 10)))) {
      reading.until("1005");
      assertThat(reading.numbers()).containsExactly("1002", "1003", "1004", "1005");
      assertThat(reading.gaps()).isEmpty();
      assertThat(reading.fragments())
          .extracting(SourceEvent.Fragment::late)
          .containsExactly(true, false, false, false);
    }
  }

  @Test
  void what_is_older_than_is_caught_up_is_a_gap() throws Exception {
    store(0, 1, 2, 3, 4, 5);
    now = T0.plusSeconds(7);
    HlsStart start = new HlsStart.After("1000", T0.plusMillis(900), Duration.ofSeconds(4));
    try (Reading reading = new Reading(source(start, settings(300, 30, 10)))) {
      reading.until("1005");
      assertThat(reading.numbers()).containsExactly("1003", "1004", "1005");
      assertThat(reading.gaps())
          .singleElement()
          .satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo(GapReason.TOO_OLD);
            assertThat(gap.from()).isEqualTo(T0.plusMillis(900));
            assertThat(gap.to()).isEqualTo(T0.plusSeconds(3));
          });
    }
  }

  @Test
  void what_kvs_no_longer_keeps_after_a_checkpoint_is_a_gap() throws Exception {
    store(0, 1, 2, 3, 4, 5);
    server.forget("1001");
    server.forget("1002");
    HlsStart start = new HlsStart.After("1001", T0.plusMillis(1900), Duration.ofMinutes(5));
    try (Reading reading = new Reading(source(start, settings(300, 30, 10)))) {
      reading.until("1005");
      assertThat(reading.numbers()).containsExactly("1003", "1004", "1005");
      assertThat(reading.gaps())
          .singleElement()
          .satisfies(gap -> assertThat(gap.reason()).isEqualTo(GapReason.NOT_KEPT));
    }
  }

  @Test
  void an_archived_range_is_read_once_and_ends() throws Exception {
    store(0, 1, 2, 3, 4);
    HlsStart range = new HlsStart.Range(T0.plusSeconds(1), T0.plusSeconds(4));
    try (Reading reading = new Reading(source(range, settings(300, 30, 10)))) {
      Eventually.until("it ends", Duration.ofSeconds(10), reading::ended);
      assertThat(reading.numbers()).containsExactly("1001", "1002", "1003");
      assertThat(reading.fragments()).allMatch(SourceEvent.Fragment::late);
    }
  }

  @Test
  void a_range_names_what_it_lacks_at_its_ends() throws Exception {
    store(3, 4);
    now = T0.plusSeconds(100);
    HlsStart range = new HlsStart.Range(T0, T0.plusSeconds(20));
    try (Reading reading = new Reading(source(range, settings(300, 30, 10)))) {
      Eventually.until("it ends", Duration.ofSeconds(10), reading::ended);
      assertThat(reading.numbers()).containsExactly("1003", "1004");
      assertThat(reading.gaps())
          .extracting(SourceEvent.Gap::from, SourceEvent.Gap::to, SourceEvent.Gap::reason)
          .containsExactly(
              tuple(T0, T0.plusSeconds(3), GapReason.NOT_KEPT),
              tuple(T0.plusSeconds(5), T0.plusSeconds(20), GapReason.NOT_KEPT));
    }
  }

  @Test
  void a_start_in_the_middle_of_a_fragment_begins_with_it() throws Exception {
    store(0, 1, 2);
    HlsStart start = new HlsStart.After(null, T0.plusMillis(1800), Duration.ofDays(1));
    try (Reading reading = new Reading(source(start, settings(300, 30, 10)))) {
      reading.until("1002");
      assertThat(reading.numbers()).containsExactly("1001", "1002");
      assertThat(reading.gaps()).isEmpty();
    }
  }

  /** The media of fragment {@code like}, numbered and captured otherwise. */
  private Stored other(int like, String number, Instant start) {
    Stored media = clip.fragment(like, T0);
    return new Stored(number, start, media.duration(), media.init(), media.media());
  }

  @Test
  void frames_carry_the_time_kvs_took_their_fragment_in() throws Exception {
    server.withArrivals();
    store(0, 1);
    try (Reading reading = new Reading(live())) {
      reading.until("1001");
      store(2);
      reading.until("1002");
      assertThat(reading.fragments())
          .extracting(f -> f.frames().getFirst().time().serverAt())
          .containsExactly(
              HlsServer.FIRST_ARRIVAL.plusSeconds(1), HlsServer.FIRST_ARRIVAL.plusSeconds(2));
    }
  }

  @Test
  void a_late_fragment_that_live_never_lists_is_fetched_in_its_place() throws Exception {
    store(0);
    try (Reading reading = new Reading(live())) {
      reading.until("1000");
      store(3, 1, 2, 4);
      reading.until("1004");
      assertThat(reading.numbers()).containsExactly("1000", "1001", "1002", "1003", "1004");
      assertThat(reading.gaps()).isEmpty();
    }
  }

  @Test
  void a_fragment_that_comes_after_its_gap_was_named_is_not_named_twice() throws Exception {
    server.withArrivals();
    store(0);
    HlsSource source = live();
    try (Reading reading = new Reading(source)) {
      reading.until("1000");
      store(2);
      reading.until("1002");
      assertThat(reading.gaps()).hasSize(1);
      int asked = server.opened().size();
      store(1);
      Eventually.until(
          "it is looked for", Duration.ofSeconds(10), () -> server.opened().size() > asked);
      store(3);
      reading.until("1003");
      assertThat(reading.numbers()).containsExactly("1000", "1002", "1003");
      assertThat(reading.gaps()).hasSize(1);
    }
  }

  @Test
  void a_fragment_that_comes_twice_is_read_once_and_named_once() throws Exception {
    server.withArrivals();
    store(0);
    HlsSource source = live();
    try (Reading reading = new Reading(source)) {
      reading.until("1000");
      store(1, 2);
      server.store(
          List.of(other(1, "1003", T0.plusSeconds(1)), other(3, "1004", T0.plusSeconds(3))));
      reading.until("1004");
      Eventually.until(
          "it is named", Duration.ofSeconds(10), () -> !source.gaps().newest().isEmpty());
      assertThat(reading.numbers()).containsExactly("1000", "1001", "1002", "1004");
      assertThat(source.gaps().newest())
          .singleElement()
          .satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo(GapReason.MISSING);
            assertThat(gap.fragments()).isEqualTo(1);
            assertThat(gap.from()).isEqualTo(T0.plusSeconds(1));
            assertThat(gap.to()).isEqualTo(T0.plusSeconds(2));
            assertThat(gap.detail()).contains("1003");
          });
    }
  }

  @Test
  void a_producer_whose_clock_goes_back_is_read_on() throws Exception {
    server.withArrivals();
    store(0, 1, 2, 3);
    HlsSource source = live();
    try (Reading reading = new Reading(source)) {
      reading.until("1003");
      server.store(
          List.of(other(4, "3000", T0.minusSeconds(5)), other(5, "3001", T0.minusSeconds(4))));
      reading.until("3001");
      store(4);
      reading.until("1004");
      assertThat(reading.numbers()).containsExactly("1003", "3000", "3001", "1004");
      assertThat(reading.gaps()).isEmpty();
    }
  }

  @Test
  void close_ends_a_read_that_waits() throws Exception {
    store(0);
    HlsSource source = live();
    Reading reading = new Reading(source);
    reading.until("1000");
    reading.close();
    assertThat(reading.ended()).isTrue();
    assertThat(source.next()).isInstanceOf(SourceEvent.End.class);
    assertThat(source.state()).isEqualTo(ConnectionState.DISCONNECTED);
  }

  @Test
  void without_replays_a_playlist_that_moved_past_us_is_a_gap() throws Exception {
    store(0);
    server.liveWindow(2);
    server.withoutReplays();
    try (Reading reading = new Reading(live())) {
      reading.until("1000");
      store(1, 2, 3, 4, 5);
      reading.until("1005");
      assertThat(reading.numbers()).containsExactly("1000", "1004", "1005");
      assertThat(reading.gaps())
          .singleElement()
          .satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo(GapReason.MISSING);
            assertThat(gap.from()).isEqualTo(T0.plusSeconds(1));
            assertThat(gap.to()).isEqualTo(T0.plusSeconds(4));
            assertThat(gap.detail()).contains("moved past");
          });
    }
  }
}
