package io.kvsinfer.worker.source.getmedia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.contract.settings.GetMediaSettings.StartSelector;
import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.worker.source.ConnectionState;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.HlsStreamException;
import io.kvsinfer.worker.source.KvsConnectionException;
import io.kvsinfer.worker.source.SourceAccount;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import io.kvsinfer.worker.source.SourceTime;
import io.kvsinfer.worker.source.getmedia.FallbackSource.Probing;
import io.kvsinfer.worker.source.getmedia.MediaServer.Stored;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FallbackSourceTest {
  private static final Instant T0 = Instant.ofEpochSecond(1000);
  private static final VideoTrack OTHER =
      new VideoTrack(Codec.H264, new byte[] {1, 77, 0, 41}, 320, 240);

  /** Answers of GetMedia one after the other; with none left it refuses. */
  private final Queue<byte[]> answers = new ArrayDeque<>();

  private final List<@Nullable ReadPosition> getmediaOpened = new ArrayList<>();
  private final List<@Nullable ReadPosition> hlsOpened = new ArrayList<>();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final GetMediaMetrics metrics = new GetMediaMetrics(registry);
  private Hls hls = new Hls();

  private static final class Hls implements FragmentSource {
    final Queue<Object> script = new ArrayDeque<>();
    boolean closed;

    @Override
    public SourceEvent next() {
      Object next = script.remove();
      if (next instanceof RuntimeException e) {
        throw e;
      }
      return (SourceEvent) next;
    }

    @Override
    public ConnectionState state() {
      return ConnectionState.CONNECTED;
    }

    @Override
    public SourceAccount account() {
      return new SourceAccount(1, 4, 0, 2, 3, 5, null, Duration.ZERO);
    }

    @Override
    public GapAccount gaps() {
      return GapAccount.NONE;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private GetMediaSource getmedia(@Nullable ReadPosition position) {
    getmediaOpened.add(position);
    MediaConnections connections =
        new MediaConnections() {
          @Override
          public InputStream open(MediaStart start) {
            byte[] answer = answers.poll();
            if (answer == null) {
              throw new KvsConnectionException("no connection is free", false, null);
            }
            return new ByteArrayInputStream(answer);
          }

          @Override
          public String name() {
            return "yard";
          }

          @Override
          public void close() {}
        };
    GetMediaSettings settings =
        new GetMediaSettings(StartSelector.EARLIEST, null, null, null, 30, 4096, 0.01, 1, 100, 1);
    return new GetMediaSource(
        "yard",
        connections,
        settings,
        position == null
            ? new GetMediaStart.Selected()
            : new GetMediaStart.After(
                position.fragmentNumber(), position.capturedAt(), Duration.ofSeconds(300)),
        metrics,
        SourceTime.of(() -> T0.plusSeconds(4)),
        new SplittableRandom(1),
        new GetMediaTimes(
            Duration.ofMillis(10),
            Duration.ofMillis(1),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofMillis(900),
            Duration.ofSeconds(5)));
  }

  private FallbackSource source(Duration untilProbe) {
    return new FallbackSource(
        "yard",
        this::getmedia,
        position -> {
          hlsOpened.add(position);
          return hls;
        },
        SourceTime.of(() -> T0),
        new Probing(untilProbe, Duration.ofHours(1), Duration.ofSeconds(20)));
  }

  private static byte[] answer(int... ordinals) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i : ordinals) {
      Instant at = T0.plusSeconds(i);
      out.writeBytes(
          MediaServer.bytes(new Stored(String.valueOf(1000 + i), at, at, MediaServer.TRACK)));
    }
    return out.toByteArray();
  }

  private static SourceEvent.Fragment whole(int ordinal) {
    return Frames.fragment(MediaServer.TRACK, String.valueOf(1000 + ordinal), 0, 250, 500, 750);
  }

  private static List<SourceEvent> read(FragmentSource source, int events) throws Exception {
    List<SourceEvent> read = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      read.add(source.next());
    }
    return read;
  }

  @Test
  void hls_takes_over_after_the_last_fragment_when_getmedia_keeps_failing() throws Exception {
    answers.add(answer(0));
    hls.script.add(whole(1));
    try (FallbackSource source = source(Duration.ofHours(1))) {
      assertThat(source.state()).isEqualTo(ConnectionState.DISCONNECTED);
      List<SourceEvent> events = read(source, 6);
      assertThat(events.get(4)).isEqualTo(new SourceEvent.FragmentEnd("1000"));
      assertThat(events.get(5)).isInstanceOf(SourceEvent.Fragment.class);
      assertThat(hlsOpened).containsExactly(new ReadPosition("1000", T0.plusMillis(750)));
      assertThat(source.state()).isEqualTo(ConnectionState.CONNECTED);
      assertThat(source.stalled()).isFalse();
      assertThat(source.account().frames()).isEqualTo(4 + 4);
      assertThat(source.account().urlRefreshes()).isEqualTo(5);
      assertThat(source.gaps().gaps()).isZero();
    }
    assertThat(hls.closed).isTrue();
  }

  @Test
  void getmedia_that_never_worked_leaves_the_start_to_hls() throws Exception {
    hls.script.add(whole(0));
    try (FallbackSource source = source(Duration.ofHours(1))) {
      assertThat(source.next()).isInstanceOf(SourceEvent.Fragment.class);
      assertThat(hlsOpened).hasSize(1).containsNull();
    }
  }

  @Test
  void of_a_fragment_that_broke_off_hls_hands_on_only_the_rest() throws Exception {
    byte[] two = answer(0, 1);
    answers.add(Arrays.copyOf(two, two.length - 105));
    hls.script.add(whole(1));
    try (FallbackSource source = source(Duration.ofHours(1))) {
      int frames = 0;
      List<SourceEvent> events = new ArrayList<>();
      while (frames < 8) {
        SourceEvent event = source.next();
        events.add(event);
        frames +=
            switch (event) {
              case SourceEvent.Part part -> part.frames().size();
              case SourceEvent.Fragment fragment -> fragment.frames().size();
              default -> 0;
            };
      }
      assertThat(frames).isEqualTo(8);
      assertThat(events.getLast())
          .isInstanceOfSatisfying(
              SourceEvent.Fragment.class,
              rest -> {
                assertThat(rest.frames().getLast().time().offsetMs()).isEqualTo(750);
                assertThat(rest.frames()).hasSizeLessThan(4);
              });
    }
  }

  @Test
  void the_rest_of_a_fragment_that_hls_describes_otherwise_is_a_gap() throws Exception {
    byte[] two = answer(0, 1);
    answers.add(Arrays.copyOf(two, two.length - 105));
    hls.script.add(Frames.fragment(OTHER, "1001", 0, 250, 500, 750));
    hls.script.add(Frames.fragment(OTHER, "1002", 0, 250, 500, 750));
    try (FallbackSource source = source(Duration.ofHours(1))) {
      SourceEvent event = source.next();
      while (!(event instanceof SourceEvent.Gap)) {
        event = source.next();
      }
      assertThat(((SourceEvent.Gap) event).reason()).isEqualTo(GapReason.UNREADABLE);
      assertThat(((SourceEvent.Gap) event).detail()).contains("fragment 1001");
      assertThat(source.next()).isInstanceOf(SourceEvent.Fragment.class);
      assertThat(source.account().gaps()).isOne();
      assertThat(source.gaps().byReason()).containsKey(GapReason.UNREADABLE);
    }
  }

  @Test
  void getmedia_takes_over_again_once_it_brings_media() throws Exception {
    answers.add(answer(0));
    hls.script.add(whole(1));
    Hls first = hls;
    try (FallbackSource source = source(Duration.ZERO)) {
      List<SourceEvent> events = read(source, 6);
      assertThat(events.getLast()).isInstanceOf(SourceEvent.Fragment.class);
      assertThat(getmediaOpened).as("tried in vain meanwhile").hasSizeGreaterThan(1);
      answers.add(answer(2));
      assertThat(source.next())
          .isInstanceOfSatisfying(
              SourceEvent.Part.class, part -> assertThat(part.number()).isEqualTo("1002"));
      assertThat(first.closed).isTrue();
      assertThat(getmediaOpened.getLast())
          .isEqualTo(new ReadPosition("1001", Instant.ofEpochSecond(1001).plusMillis(750)));
    }
  }

  @Test
  void where_hls_gives_up_too_so_does_the_source() throws Exception {
    hls.script.add(new HlsStreamException("gave up", false, null));
    try (FallbackSource source = source(Duration.ofHours(1))) {
      assertThatThrownBy(source::next)
          .isInstanceOf(FrameSourceException.class)
          .hasMessage("gave up");
    }
  }
}
