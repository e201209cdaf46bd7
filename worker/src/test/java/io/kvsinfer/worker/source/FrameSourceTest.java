package io.kvsinfer.worker.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import io.kvsinfer.worker.source.file.FileSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameSourceTest {
  private static final Instant T0 = Instant.parse("2026-11-21T02:48:00Z");

  /** Hands on what it is given. */
  private static final class Scripted implements FragmentSource {
    final BlockingQueue<Object> script = new LinkedBlockingQueue<>();
    volatile boolean stalled;
    volatile ConnectionState state = ConnectionState.CONNECTED;

    @Override
    public SourceEvent next() throws InterruptedException {
      Object next = script.take();
      if (next instanceof RuntimeException e) {
        throw e;
      }
      return (SourceEvent) next;
    }

    @Override
    public ConnectionState state() {
      return state;
    }

    @Override
    public boolean stalled() {
      return stalled;
    }

    @Override
    public SourceAccount account() {
      return new SourceAccount(1, 2, 3, 4, 5, 6, null, Duration.ZERO);
    }

    @Override
    public GapAccount gaps() {
      return GapAccount.NONE;
    }

    @Override
    public void close() {
      script.add(new SourceEvent.End());
    }
  }

  private final Scripted scripted = new Scripted();
  private final List<SourceEvent.Gap> gaps = new ArrayList<>();
  private final FrameSource frames =
      new FrameSource("yard", scripted, Duration.ofMillis(200), gaps::add);

  @AfterEach
  void nothing_native_is_left() {
    frames.close();
    assertThat(NativeObjects.open()).isZero();
  }

  private static SourceEvent.Fragment fragment(String number, int width, Instant start)
      throws MediaException {
    try (H264Encoder encoder = H264Encoder.open(width, 120, 10, 100_000, 10)) {
      List<Sample> samples = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        byte[] bgr = new byte[width * 120 * 3];
        Arrays.fill(bgr, (byte) (20 * i));
        samples.addAll(encoder.encodeBgr(bgr, i * 100_000L));
      }
      samples.addAll(encoder.finish());
      List<EncodedFrame> encoded = new ArrayList<>();
      for (Sample s : samples) {
        long ms = s.presentUs() / 1000;
        encoded.add(
            new EncodedFrame(
                encoder.track(),
                s.data(),
                new FrameTime(
                    start.plusMillis(ms), null, number, ms, s.keyframe(), encoded.isEmpty())));
      }
      return new SourceEvent.Fragment(number, encoded, false);
    }
  }

  @Test
  void many_threads_get_each_frame_once_while_others_look_on() throws Exception {
    for (int i = 0; i < 6; i++) {
      scripted.script.add(fragment(String.valueOf(i), 160, T0.plusSeconds(i)));
    }
    scripted.script.add(new SourceEvent.End());
    frames.start();
    Queue<Instant> seen = new ConcurrentLinkedQueue<>();
    AtomicLong looks = new AtomicLong();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        running.add(
            threads.submit(() -> {
              for (VideoFrame frame : frames) {
                try (frame) {
                  seen.add(frame.time().capturedAt());
                }
              }
            }));
        running.add(
            threads.submit(() -> {
              do {
                frames.healthy();
                frames.state();
                frames.metrics();
                frames.gaps();
                frames.codec();
                looks.incrementAndGet();
              } while (!frames.ended());
            }));
      }
      for (Future<?> one : running) {
        one.get(1, TimeUnit.MINUTES);
      }
    }
    assertThat(seen).hasSize(60).doesNotHaveDuplicates();
    assertThat(looks).hasPositiveValue();
  }

  @Test
  void many_threads_may_close_while_one_reads() throws Exception {
    scripted.script.add(fragment("1", 160, T0));
    frames.start();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Future<Long> reader =
          threads.submit(() -> {
            long read = 0;
            for (VideoFrame frame : frames) {
              frame.close();
              read++;
            }
            return read;
          });
      List<Future<?>> closing = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        closing.add(threads.submit(frames::close));
      }
      for (Future<?> one : closing) {
        one.get(1, TimeUnit.MINUTES);
      }
      assertThat(reader.get(1, TimeUnit.MINUTES)).isBetween(0L, 10L);
    }
    assertThat(frames.ended()).isTrue();
  }

  @Test
  void frames_come_in_order_and_a_new_track_gets_a_new_decoder() throws Exception {
    scripted.script.add(fragment("1", 160, T0));
    scripted.script.add(fragment("2", 320, T0.plusSeconds(1)));
    scripted.script.add(new SourceEvent.End());
    frames.start();
    List<Instant> times = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    for (VideoFrame frame : frames) {
      try (frame) {
        times.add(frame.time().capturedAt());
        widths.add(frame.width());
      }
    }
    assertThat(times).hasSize(20).isSorted();
    assertThat(widths.subList(0, 10)).containsOnly(160);
    assertThat(widths.subList(10, 20)).containsOnly(320);
    assertThat(frames.ended()).isTrue();
    assertThat(frames.codec()).contains(Codec.H264);
    assertThat(frames.decodeErrors()).isZero();
    assertThat(frames.read()).isEmpty();
  }

  @Test
  void a_read_is_empty_on_a_gap_and_when_nothing_comes_in_time() throws Exception {
    scripted.script.add(new SourceEvent.Gap(T0, null, GapReason.MISSING, "fragment 7"));
    frames.start();
    assertThat(frames.read()).isEmpty();
    assertThat(gaps).singleElement().satisfies(g -> assertThat(g.detail()).isEqualTo("fragment 7"));
    assertThat(frames.read()).isEmpty();
    assertThat(frames.ended()).isFalse();
    scripted.script.add(fragment("1", 160, T0));
    frames.read().orElseThrow().close();
  }

  @Test
  void a_frame_that_cannot_be_decoded_is_counted_and_passed_over() throws Exception {
    SourceEvent.Fragment good = fragment("1", 160, T0);
    EncodedFrame first = good.frames().getFirst();
    EncodedFrame empty = new EncodedFrame(first.track(), new byte[0], first.time());
    scripted.script.add(new SourceEvent.Fragment("0", List.of(empty), false));
    scripted.script.add(good);
    scripted.script.add(new SourceEvent.End());
    frames.start();
    int count = 0;
    for (VideoFrame frame : frames) {
      frame.close();
      count++;
    }
    assertThat(count).isEqualTo(10);
    assertThat(frames.decodeErrors()).isEqualTo(1);
  }

  @Test
  void once_the_source_gave_up_every_read_says_so() {
    scripted.script.add(new KvsConnectionException("stream yard was not found", true, null));
    frames.start();
    assertThatThrownBy(frames::read).hasMessage("stream yard was not found");
    assertThatThrownBy(frames::read).isInstanceOf(KvsConnectionException.class);
  }

  @Test
  void health_state_and_metrics_are_those_of_the_source() {
    assertThat(frames.healthy()).isTrue();
    scripted.stalled = true;
    assertThat(frames.healthy()).isFalse();
    scripted.stalled = false;
    scripted.state = ConnectionState.RECONNECTING;
    assertThat(frames.healthy()).isFalse();
    assertThat(frames.state()).isEqualTo(ConnectionState.RECONNECTING);
    assertThat(frames.metrics().reconnects()).isEqualTo(4);
  }

  @Test
  void close_ends_a_read_that_waits() throws Exception {
    FrameSource patient = new FrameSource("yard", new Scripted(), Duration.ofHours(1));
    patient.start();
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              for (VideoFrame frame : patient) {
                frame.close();
              }
            });
    patient.close();
    Eventually.until("the read ends", Duration.ofSeconds(5), () -> !reader.isAlive());
    assertThat(patient.ended()).isTrue();
    assertThat(patient.healthy()).isFalse();
  }

  @Test
  void it_is_started_once_and_before_it_is_read() {
    assertThatThrownBy(frames::read).hasMessageContaining("not started");
    frames.start();
    assertThatThrownBy(frames::start).hasMessageContaining("started or closed before");
  }

  // pictures as ffprobe counts them (nb_read_frames)
  @ParameterizedTest
  @CsvSource({
    "video/house6.mp4, 899, H264",
    "frames/producer_sample.h265, 403, H265",
    "getmedia/output_get_media.mkv, 300, H264",
    "getmedia/non_increasing_timecode.mkv, 358, H264",
  })
  void real_files_give_every_picture_in_order(String name, int pictures, Codec codec)
      throws Exception {
    FileSource file =
        new FileSource(TestMedia.require(name).toString(), T0, FileSource.Pace.AS_READ, () -> T0);
    try (FrameSource decoded = new FrameSource("file", file)) {
      decoded.start();
      List<Instant> times = new ArrayList<>();
      for (VideoFrame frame : decoded) {
        try (frame) {
          times.add(frame.time().capturedAt());
        }
      }
      assertThat(times).hasSize(pictures).isSorted().doesNotHaveDuplicates();
      assertThat(decoded.codec()).contains(codec);
      assertThat(decoded.decodeErrors()).isZero();
    }
  }
}
