package io.kvsinfer.worker.source.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Mp4FileWriter;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.Orientation;
import io.kvsinfer.media.mkv.MatroskaWriter;
import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.worker.source.ConnectionState;
import io.kvsinfer.worker.source.FragmentDecoder;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.Fragment;
import io.kvsinfer.worker.source.SourceEvent.Gap;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import io.kvsinfer.worker.source.file.FileSource.Pace;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSourceTest {
  private static final Instant START = Instant.parse("2026-11-21T02:48:00Z");
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir Path dir;

  private static FileSource source(Path file) {
    return new FileSource(file.toString(), START, Pace.AS_READ, () -> NOW);
  }

  private static List<SourceEvent> all(FileSource source) throws InterruptedException {
    List<SourceEvent> events = new ArrayList<>();
    do {
      events.add(source.next());
    } while (!(events.getLast() instanceof SourceEvent.End));
    return events;
  }

  private static List<Fragment> fragments(List<SourceEvent> events) {
    return events.stream().filter(Fragment.class::isInstance).map(Fragment.class::cast).toList();
  }

  private static List<Gap> gaps(List<SourceEvent> events) {
    return events.stream().filter(Gap.class::isInstance).map(Gap.class::cast).toList();
  }

  /** Two seconds at ten frames a second, a keyframe each second. */
  private static H264Encoder encode(List<Sample> into) throws MediaException {
    H264Encoder encoder = H264Encoder.open(160, 120, 10, 100_000, 10);
    for (int i = 0; i < 20; i++) {
      byte[] bgr = new byte[160 * 120 * 3];
      Arrays.fill(bgr, (byte) (10 * i));
      into.addAll(encoder.encodeBgr(bgr, i * 100_000L));
    }
    into.addAll(encoder.finish());
    return encoder;
  }

  private Path mp4() throws Exception {
    return mp4(Orientation.UPRIGHT);
  }

  private Path mp4(Orientation held) throws Exception {
    List<Sample> samples = new ArrayList<>();
    Path file = dir.resolve("clip.mp4");
    try (H264Encoder encoder = encode(samples);
        Mp4FileWriter writer = Mp4FileWriter.create(file, encoder.track().held(held))) {
      for (Sample sample : samples) {
        writer.add(sample);
      }
    }
    return file;
  }

  /** A second each in two segments, as GetMedia answers, or in one without tags. */
  private Path matroska(boolean kvs) throws Exception {
    List<Sample> samples = new ArrayList<>();
    Path file = dir.resolve("clip.mkv");
    try (H264Encoder encoder = encode(samples);
        OutputStream out = Files.newOutputStream(file)) {
      MatroskaWriter writer = new MatroskaWriter(out);
      for (int second = 0; second < 2; second++) {
        if (kvs || second == 0) {
          writer.header(encoder.track());
        }
        if (kvs) {
          writer.tags(
              Map.of(
                  "AWS_KINESISVIDEO_FRAGMENT_NUMBER", "900" + second,
                  "AWS_KINESISVIDEO_SERVER_SIDE_TIMESTAMP", "1511852110.915",
                  "AWS_KINESISVIDEO_PRODUCER_TIMESTAMP", "151185210" + second + ".513"));
        }
        writer.startCluster(second * 1000L);
        for (Sample s : samples.subList(second * 10, second * 10 + 10)) {
          writer.frame(s.data(), s.presentUs() / 1000, s.keyframe());
        }
        if (kvs) {
          writer.tags(Map.of("AWS_KINESISVIDEO_CONTINUATION_TOKEN", "900" + second));
        }
      }
    }
    return file;
  }

  @Test
  void an_mp4_is_cut_before_each_keyframe_and_timed_from_the_given_start() throws Exception {
    try (FileSource source = source(mp4())) {
      assertThat(source.state()).isEqualTo(ConnectionState.DISCONNECTED);
      List<SourceEvent> events = all(source);
      List<Fragment> fragments = fragments(events);
      assertThat(fragments).hasSize(2).allMatch(f -> f.number() == null && !f.late());
      EncodedFrame first = fragments.get(1).frames().getFirst();
      assertThat(first.time().keyframe()).isTrue();
      assertThat(first.time().fragmentStart()).isTrue();
      assertThat(first.time().capturedAt()).isEqualTo(START.plusSeconds(1));
      assertThat(fragments.get(1).frames().getLast().time().offsetMs()).isEqualTo(900);
      assertThat(source.state()).isEqualTo(ConnectionState.CONNECTED);
      assertThat(source.account().frames()).isEqualTo(20);
      assertThat(source.account().fragments()).isEqualTo(2);
      assertThat(source.account().lastReceivedAt()).isEqualTo(NOW);
      assertThat(source.next()).isInstanceOf(SourceEvent.End.class);
    }
  }

  @Test
  void a_phones_video_is_seen_upright() throws Exception {
    FragmentDecoder decoder = new FragmentDecoder();
    try (FileSource source = source(mp4(new Orientation(0, 1, -1, 0)))) {
      fragments(all(source)).forEach(f -> decoder.add(f.frames()));
    }
    decoder.end();
    int pictures = 0;
    while (!decoder.ended()) {
      try (VideoFrame picture = decoder.next()) {
        if (picture != null) {
          pictures++;
          assertThat(picture.width()).isEqualTo(120);
          assertThat(picture.height()).isEqualTo(160);
        }
      }
    }
    assertThat(pictures).isEqualTo(20);
  }

  @Test
  void a_saved_get_media_answer_keeps_its_fragments_and_times() throws Exception {
    try (FileSource source = source(matroska(true))) {
      List<Fragment> fragments = fragments(all(source));
      assertThat(fragments).extracting(Fragment::number).containsExactly("9000", "9001");
      EncodedFrame frame = fragments.get(1).frames().get(3);
      assertThat(frame.time().capturedAt()).isEqualTo(Instant.parse("2017-11-28T06:55:01.813Z"));
      assertThat(frame.time().serverAt()).isEqualTo(Instant.parse("2017-11-28T06:55:10.915Z"));
      assertThat(frame.time().fragmentNumber()).isEqualTo("9001");
      assertThat(frame.time().offsetMs()).isEqualTo(300);
    }
  }

  @Test
  void other_matroska_is_cut_before_each_keyframe() throws Exception {
    try (FileSource source = source(matroska(false))) {
      List<Fragment> fragments = fragments(all(source));
      assertThat(fragments).hasSize(2).allMatch(f -> f.number() == null);
      assertThat(fragments.get(1).frames().getFirst().time().capturedAt())
          .isEqualTo(START.plusSeconds(1));
    }
  }

  @Test
  void a_file_that_ends_in_the_middle_gives_what_is_whole_and_says_so() throws Exception {
    Path file = matroska(true);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 200));
    try (FileSource source = source(file)) {
      List<SourceEvent> events = all(source);
      assertThat(fragments(events)).hasSize(2);
      assertThat(gaps(events))
          .singleElement()
          .satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo(GapReason.UNREADABLE);
            assertThat(gap.detail()).contains("ends in the middle of an element, at byte");
          });
      assertThat(source.account().readErrors()).isEqualTo(1);
      assertThat(source.account().gaps()).isEqualTo(1);
    }
  }

  @Test
  void damage_in_the_middle_is_a_gap_that_says_where() throws Exception {
    Path file = matroska(true);
    byte[] bytes = Files.readAllBytes(file);
    Arrays.fill(bytes, bytes.length - 600, bytes.length, (byte) 0);
    Files.write(file, bytes);
    try (FileSource source = source(file)) {
      assertThat(gaps(all(source)))
          .singleElement()
          .satisfies(gap -> assertThat(gap.detail()).contains("clip.mkv").contains("at byte"));
    }
  }

  @Test
  void what_is_no_video_is_refused_with_its_name() throws Exception {
    Path text = Files.writeString(dir.resolve("notes.txt"), "no video");
    for (Path file : List.of(text, dir.resolve("absent.mp4"))) {
      try (FileSource source = source(file)) {
        FrameSourceException refused =
            catchThrowableOfType(FrameSourceException.class, source::next);
        assertThat(refused).isNotNull().hasMessageContaining(file.toString());
        assertThat(refused.permanent()).isTrue();
        assertThat(source.state()).isEqualTo(ConnectionState.ERROR);
      }
    }
  }

  @Test
  void matroska_with_a_codec_by_its_windows_name_is_read() throws Exception {
    Path file = Path.of(getClass().getResource("/clips/mjpeg.mkv").toURI());
    try (FileSource source = source(file)) {
      List<EncodedFrame> frames =
          fragments(all(source)).stream().flatMap(f -> f.frames().stream()).toList();
      assertThat(frames).hasSize(10);
      assertThat(frames.getLast().time().capturedAt()).isEqualTo(START.plusMillis(900));
      assertThat(frames.getFirst().track().codec()).isEqualTo(Codec.MJPEG);
      assertThat(source.account().readErrors()).isZero();
    }
  }

  @Test
  void matroska_without_a_frame_that_can_be_read_is_refused_with_its_reason() throws Exception {
    byte[] bytes = Files.readAllBytes(matroska(false));
    Path unknown = Files.write(dir.resolve("unknown.mkv"), withCodec("V_REAL/RV40xxxx", bytes));
    Path begun = Files.write(dir.resolve("begun.mkv"), Arrays.copyOf(bytes, 200));
    Map<Path, String> reasons = Map.of(unknown, ": video codec", begun, ": it ends in the middle");
    for (Map.Entry<Path, String> reason : reasons.entrySet()) {
      try (FileSource source = source(reason.getKey())) {
        assertThat(catchThrowableOfType(FrameSourceException.class, source::next))
            .hasMessageStartingWith("cannot read " + reason.getKey() + reason.getValue());
        assertThat(source.account().readErrors()).isEqualTo(1);
      }
    }
  }

  /** The same bytes with another codec's name, which must be as long. */
  private static byte[] withCodec(String codec, byte[] matroska) {
    return new String(matroska, StandardCharsets.ISO_8859_1)
        .replace("V_MPEG4/ISO/AVC", codec)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void in_real_time_a_group_comes_when_its_last_frame_is_due() throws Exception {
    try (FileSource source = new FileSource(mp4().toString(), START, Pace.REAL_TIME, () -> NOW)) {
      long begun = System.nanoTime();
      source.next();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(890));
    }
  }

  @Test
  void close_ends_a_source_that_waits() throws Exception {
    FileSource source = new FileSource(mp4().toString(), START, Pace.REAL_TIME, () -> NOW);
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              try {
                all(source);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    source.close();
    reader.join();
    assertThat(source.next()).isInstanceOf(SourceEvent.End.class);
    assertThat(source.state()).isEqualTo(ConnectionState.DISCONNECTED);
  }

  // frames as ffprobe counts them (nb_read_packets)
  @ParameterizedTest
  @CsvSource({
    "video/car-detection.mp4, 377, 0",
    "video/house6.mp4, 899, 0",
    "video/kvs_sample.mp4, 420, 0",
    "frames/producer_sample.h264, 403, 0",
    "frames/producer_sample.h265, 403, 0",
    "getmedia/output_get_media.mkv, 300, 0",
    "getmedia/non_increasing_timecode.mkv, 358, 1",
  })
  void real_files_give_every_frame(String name, long frames, long errors) throws Exception {
    try (FileSource source = source(TestMedia.require(name))) {
      all(source);
      assertThat(source.account().frames()).isEqualTo(frames);
      assertThat(source.account().readErrors()).isEqualTo(errors);
    }
  }
}
