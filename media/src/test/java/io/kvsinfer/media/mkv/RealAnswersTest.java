package io.kvsinfer.media.mkv;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.testkit.TestMedia;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealAnswersTest {
  private static final int WHOLE = Integer.MAX_VALUE;

  private static List<MatroskaEvent> events(byte[] bytes, int piece) throws Exception {
    MatroskaReader reader = new MatroskaReader(new InPieces(bytes, piece));
    List<MatroskaEvent> events = new ArrayList<>();
    do {
      events.add(reader.next());
    } while (!(events.getLast() instanceof MatroskaEvent.End));
    assertThat(reader.next()).isEqualTo(events.getLast());
    return events;
  }

  private static <E extends MatroskaEvent> List<E> of(List<MatroskaEvent> events, Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static byte[] media(String name) throws Exception {
    return Files.readAllBytes(TestMedia.require("getmedia/" + name));
  }

  /** Frames by their size, content, time and flag, the rest by its own words. */
  private static List<String> told(List<MatroskaEvent> events) {
    return events.stream()
        .map(event -> {
          if (event instanceof MatroskaEvent.Frame frame) {
            CRC32 crc = new CRC32();
            crc.update(frame.data());
            return frame + " " + HexFormat.of().toHexDigits((int) crc.getValue());
          }
          return event.toString();
        })
        .toList();
  }

  @Test
  void an_answer_of_getmedia_gives_every_frame_and_every_tag() throws Exception {
    byte[] bytes = media("output_get_media.mkv");
    List<MatroskaEvent> events = events(bytes, WHOLE);
    List<MatroskaEvent.Frame> frames = of(events, MatroskaEvent.Frame.class);
    assertThat(frames).hasSize(300);
    assertThat(frames.stream().filter(MatroskaEvent.Frame::keyframe)).hasSize(5);
    assertThat(frames.getFirst().timecodeMs()).isZero();
    List<MatroskaEvent.Track> tracks = of(events, MatroskaEvent.Track.class);
    assertThat(tracks).hasSize(5).allMatch(t -> t.track().equals(tracks.getFirst().track()));
    assertThat(tracks.getFirst().track().codec()).isEqualTo(Codec.H264);
    assertThat(tracks.getFirst().track().width()).isEqualTo(640);
    assertThat(tracks.getFirst().track().height()).isEqualTo(360);
    assertThat(tracks.getFirst().track().codecPrivate()).hasSize(54).startsWith(1, 0x4d, 0x40);
    List<MatroskaEvent.Tags> tags = of(events, MatroskaEvent.Tags.class);
    List<MatroskaEvent.Tags> before =
        tags.stream()
            .filter(t -> t.tags().containsKey("AWS_KINESISVIDEO_FRAGMENT_NUMBER"))
            .toList();
    assertThat(before).hasSize(5).noneMatch(MatroskaEvent.Tags::afterCluster);
    assertThat(before.getFirst().tags())
        .containsEntry("AWS_KINESISVIDEO_SERVER_TIMESTAMP", "1511852109.126")
        .containsEntry("AWS_KINESISVIDEO_PRODUCER_TIMESTAMP", "1511852108.513")
        .containsEntry(
            "AWS_KINESISVIDEO_FRAGMENT_NUMBER", "91343852333181432392682062607743920146159169392");
    List<MatroskaEvent.Tags> after =
        tags.stream()
            .filter(t -> t.tags().containsKey("AWS_KINESISVIDEO_CONTINUATION_TOKEN"))
            .toList();
    assertThat(after).hasSize(5).allMatch(MatroskaEvent.Tags::afterCluster);
    assertThat(after.getFirst().tags())
        .containsEntry("AWS_KINESISVIDEO_MILLIS_BEHIND_NOW", "15858");
    assertThat(of(events, MatroskaEvent.SegmentStart.class)).hasSize(5);
    assertThat(of(events, MatroskaEvent.ClusterStart.class)).hasSize(5);
    assertThat(events.getLast()).isEqualTo(new MatroskaEvent.End(false, bytes.length));
  }

  @Test
  void an_answer_cut_off_in_an_element_gives_its_frames_and_says_so() throws Exception {
    byte[] bytes = media("non_increasing_timecode.mkv");
    List<MatroskaEvent> events = events(bytes, WHOLE);
    List<MatroskaEvent.Frame> frames = of(events, MatroskaEvent.Frame.class);
    assertThat(frames).hasSize(358);
    assertThat(frames.stream().filter(MatroskaEvent.Frame::keyframe)).hasSize(12);
    assertThat(frames.getFirst().timecodeMs()).isEqualTo(10_014);
    List<Long> clusters =
        of(events, MatroskaEvent.ClusterStart.class).stream()
            .map(MatroskaEvent.ClusterStart::timecodeMs)
            .toList();
    assertThat(clusters).isNotEqualTo(clusters.stream().sorted().toList());
    assertThat(events.getLast()).isEqualTo(new MatroskaEvent.End(true, bytes.length));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096})
  void pieces_give_the_same_as_the_whole(int piece) throws Exception {
    for (String name : List.of("output_get_media.mkv", "non_increasing_timecode.mkv")) {
      byte[] bytes = media(name);
      assertThat(told(events(bytes, piece)))
          .as(name.toLowerCase(Locale.ROOT))
          .isEqualTo(told(events(bytes, WHOLE)));
    }
  }
}
