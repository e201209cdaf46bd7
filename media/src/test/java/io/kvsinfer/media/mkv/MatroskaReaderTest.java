package io.kvsinfer.media.mkv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatroskaReaderTest {
  private static final VideoTrack TRACK =
      new VideoTrack(Codec.H264, new byte[] {1, 100, 0, 40, -1}, 1920, 1080);
  private static final String EBML = "1A45DFA3 8B 4282 88 6D6174726F736B61";
  private static final String SEGMENT = "18538067 01FFFFFFFFFFFFFF";

  private static byte[] hex(String... parts) {
    return HexFormat.of().parseHex(String.join("", parts).replace(" ", ""));
  }

  private static String mjpegTracks() {
    // TrackEntry { TrackNumber 1, TrackType 1, CodecID V_MJPEG }
    return "1654AE6B 91 AE 8F D78101 838101 86 87 565F4D4A504547";
  }

  private static String start() {
    return EBML + SEGMENT + mjpegTracks();
  }

  private static List<MatroskaEvent> events(byte[] bytes) throws Exception {
    MatroskaReader reader = new MatroskaReader(new InPieces(bytes, 3));
    List<MatroskaEvent> events = new ArrayList<>();
    do {
      events.add(reader.next());
    } while (!(events.getLast() instanceof MatroskaEvent.End));
    assertThat(reader.offset()).isEqualTo(bytes.length);
    return events;
  }

  private static List<MatroskaEvent.Frame> frames(byte[] bytes) throws Exception {
    return events(bytes).stream()
        .filter(MatroskaEvent.Frame.class::isInstance)
        .map(MatroskaEvent.Frame.class::cast)
        .toList();
  }

  private static byte[] written() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MatroskaWriter writer = new MatroskaWriter(out);
    for (int fragment = 0; fragment < 2; fragment++) {
      writer.header(TRACK);
      Map<String, String> before = new LinkedHashMap<>();
      before.put("AWS_KINESISVIDEO_FRAGMENT_NUMBER", "9134" + fragment);
      before.put("AWS_KINESISVIDEO_PRODUCER_TIMESTAMP", "1511852108.513");
      writer.tags(before);
      if (fragment == 0) {
        writer.cluster(
            1000,
            List.of(
                new MatroskaEvent.Frame(new byte[200], 1000, true, 1),
                new MatroskaEvent.Frame(new byte[] {1}, 1080, false, 1),
                new MatroskaEvent.Frame(new byte[] {2}, 1040, false, 1)));
      } else {
        writer.startCluster(3000);
        writer.frame(new byte[] {7}, 3000, true);
        writer.frame(new byte[] {8}, 2999, false);
      }
      writer.tags(Map.of("AWS_KINESISVIDEO_MILLIS_BEHIND_NOW", "0"));
    }
    return out.toByteArray();
  }

  @Test
  void what_is_written_is_read() throws Exception {
    List<MatroskaEvent> events = events(written());
    List<String> told = events.stream().map(Object::toString).toList();
    assertThat(events.get(1)).isEqualTo(new MatroskaEvent.Track(TRACK, 1));
    assertThat(told.subList(2, 9))
        .containsExactly(
            "Tags[tags={AWS_KINESISVIDEO_FRAGMENT_NUMBER=91340,"
                + " AWS_KINESISVIDEO_PRODUCER_TIMESTAMP=1511852108.513}, afterCluster=false]",
            "ClusterStart[timecodeMs=1000]",
            "Frame[200 B at 1000 ms, track 1, keyframe]",
            "Frame[1 B at 1080 ms, track 1]",
            "Frame[1 B at 1040 ms, track 1]",
            "Tags[tags={AWS_KINESISVIDEO_MILLIS_BEHIND_NOW=0}, afterCluster=true]",
            told.get(8));
    assertThat(events.get(8)).isInstanceOf(MatroskaEvent.SegmentStart.class);
    assertThat(told.subList(11, 15))
        .containsExactly(
            "ClusterStart[timecodeMs=3000]",
            "Frame[1 B at 3000 ms, track 1, keyframe]",
            "Frame[1 B at 2999 ms, track 1]",
            "Tags[tags={AWS_KINESISVIDEO_MILLIS_BEHIND_NOW=0}, afterCluster=true]");
    assertThat(events.getLast()).isEqualTo(new MatroskaEvent.End(false, written().length));
  }

  @Test
  void a_frame_too_far_from_its_cluster_is_not_written() throws Exception {
    MatroskaWriter writer = new MatroskaWriter(new ByteArrayOutputStream());
    writer.startCluster(0);
    assertThatThrownBy(() -> writer.frame(new byte[1], 32_768, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32767");
  }

  @Test
  void cut_off_at_any_byte_it_ends_and_says_so_only_inside_an_element() throws Exception {
    byte[] whole = written();
    List<MatroskaEvent> all = events(whole);
    int clean = 0;
    for (int length = 0; length < whole.length; length++) {
      List<MatroskaEvent> events = events(Arrays.copyOf(whole, length));
      MatroskaEvent.End end = (MatroskaEvent.End) events.getLast();
      assertThat(end.offset()).isEqualTo(length);
      assertThat(events.size()).isLessThanOrEqualTo(all.size());
      clean += end.truncated() ? 0 : 1;
    }
    // Empty, and behind each header or element that stands in nothing of known size.
    assertThat(clean).isEqualTo(17);
  }

  @Test
  void a_block_group_is_a_keyframe_unless_it_refers_to_another() throws Exception {
    byte[] bytes =
        hex(
            start(),
            "1F43B675 01FFFFFFFFFFFFFF E7 81 0A",
            "A0 88 A1 86 81 0005 00 AABB",
            "A0 8B A1 86 81 FFFE 00 CCDD FB 81 00");
    List<MatroskaEvent.Frame> frames = frames(bytes);
    assertThat(frames).hasSize(2);
    assertThat(frames.get(0).data()).isEqualTo(hex("AABB"));
    assertThat(frames.get(0).timecodeMs()).isEqualTo(15);
    assertThat(frames.get(0).keyframe()).isTrue();
    assertThat(frames.get(1).timecodeMs()).isEqualTo(8);
    assertThat(frames.get(1).keyframe()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // Xiph, sizes 1 and 2 given
    "A3 8C 81 0000 82 02 01 02 11 2222 3333",
    // EBML, first size 1, difference +1
    "A3 8C 81 0000 86 02 81 C0 11 2222 3333",
  })
  void laced_frames_are_taken_apart(String block) throws Exception {
    String cluster = "1F43B675 01FFFFFFFFFFFFFF E7 81 00";
    List<MatroskaEvent.Frame> frames = frames(hex(start(), cluster, block));
    assertThat(frames).hasSize(3).allMatch(MatroskaEvent.Frame::keyframe);
    assertThat(frames.get(0).data()).isEqualTo(hex("11"));
    assertThat(frames.get(1).data()).isEqualTo(hex("2222"));
    assertThat(frames.get(2).data()).isEqualTo(hex("3333"));
  }

  @Test
  void equal_laced_frames_follow_each_other_by_the_tracks_frame_duration() throws Exception {
    // TrackEntry { TrackNumber 1, TrackType 1, DefaultDuration 40,000,000 ns, CodecID V_MJPEG }
    String tracks = "1654AE6B 99 AE 97 D78101 838101 23E383 84 02625A00 86 87 565F4D4A504547";
    byte[] bytes = hex(EBML, SEGMENT, tracks, "1F43B675 8E E7 81 05 A3 89 81 0000 04 01 AAAA BBBB");
    List<MatroskaEvent.Frame> frames = frames(bytes);
    assertThat(frames.stream().map(MatroskaEvent.Frame::timecodeMs)).containsExactly(5L, 45L);
  }

  @Test
  void empty_clusters_voids_and_foreign_elements_are_passed_over() throws Exception {
    byte[] bytes =
        hex(
            EBML,
            "EC 82 0000",
            SEGMENT,
            "114D9B74 81 00",
            mjpegTracks(),
            "1F43B675 80",
            "1F43B675 01FFFFFFFFFFFFFF",
            "1F43B675 91 E7 81 07 6761 80 EC 81 00 A3 86 81 0000 80 AABB",
            "1F43B675 FF E7 81 08 AB 81 05",
            "1C53BB6B 81 00");
    assertThat(frames(bytes)).hasSize(1);
    assertThat(events(bytes).getLast()).isEqualTo(new MatroskaEvent.End(false, bytes.length));
  }

  @Test
  void sound_is_passed_over() throws Exception {
    // TrackEntry { TrackNumber 2, TrackType 2, CodecID A_AAC } behind the video track
    String tracks =
        "1654AE6B 9F AE 8F D78101 838101 86 87 565F4D4A504547 AE 8C D78102 838102 86 84 415F4143";
    byte[] bytes =
        hex(
            EBML,
            SEGMENT,
            tracks,
            "1F43B675 01FFFFFFFFFFFFFF E7 81 00",
            "A3 85 82 0000 80 FF",
            "A3 85 81 0000 80 EE");
    List<MatroskaEvent.Frame> frames = frames(bytes);
    assertThat(frames).hasSize(1);
    assertThat(frames.getFirst().trackNumber()).isEqualTo(1);
    assertThat(frames.getFirst().data()).isEqualTo(hex("EE"));
  }

  @ParameterizedTest
  @CsvSource({
    "'00', no element begins",
    "'EC 00', more than 8 bytes",
    "'A3 81 00', where an EBML header or a segment was due",
    "'1A45DFA3 88 4282 85 6D70656734', is no Matroska",
    "'1A45DFA3 84 42F7 81 02', at most 1 is allowed",
    "'1A45DFA3 FF', has no size",
    "'18538067 84 1F43B675 88', reaches beyond its parent",
    "'18538067 01FFFFFFFFFFFFFF 1549A966 85 2AD7B1 81 00', time scale of 0",
    "'18538067 01FFFFFFFFFFFFFF 1F43B675 FF A3 85 81 0000 80 00', before the segment",
    "'18538067 01FFFFFFFFFFFFFF 1F43B675 FF E7 88 FFFFFFFFFFFFFFFF', 2^63",
    "'18538067 01FFFFFFFFFFFFFF 1F43B675 FF E7 88 7FFFFFFFFFFFFFFF', a time of",
    "'18538067 01FFFFFFFFFFFFFF 1F43B675 FF A3 08 FFFFFFFF', at most 52428800 are read",
    "'18538067 01FFFFFFFFFFFFFF 1F43B675 FF A0 82 FB80', without a block",
    "'18538067 01FFFFFFFFFFFFFF 1654AE6B 88 AE 86 838101 86 81 51', is not read",
    "'18538067 01FFFFFFFFFFFFFF 1654AE6B 88 AE 86 838101 6D80 80', compressed or encrypted",
    "'18538067 01FFFFFFFFFFFFFF 1654AE6B 82 AE 88', are left of its parent",
    "'18538067 01FFFFFFFFFFFFFF 1F43B675 86 1254C367 81 00', inside a cluster",
    "'18538067 01FFFFFFFFFFFFFF 6761 81 00', does not belong",
    "'18538067 01FFFFFFFFFFFFFF 1F43B675 FF E7 81 00 6761 81 00', does not belong",
  })
  void what_is_not_matroska_is_refused_with_its_place(String bytes, String reason) {
    assertThatThrownBy(() -> events(hex(bytes)))
        .isInstanceOf(MatroskaException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("at byte");
  }

  @ParameterizedTest
  @CsvSource({
    "'A3 82 81 00', ends after 2 bytes",
    "'A3 88 81 0000 04 01 AABB CC', equal frames",
    "'A3 86 81 0000 02 01 09', laced frame of",
    "'A3 84 00 000000', more than 8 bytes",
  })
  void a_broken_block_says_where_it_begins(String block, String reason) {
    byte[] before = hex(start(), "1F43B675 01FFFFFFFFFFFFFF E7 81 00");
    assertThatThrownBy(() -> events(hex(HexFormat.of().formatHex(before), block)))
        .isInstanceOfSatisfying(
            MatroskaException.class,
            e -> assertThat(e.offset()).isGreaterThanOrEqualTo(before.length))
        .hasMessageContaining(reason);
  }

  @Test
  void a_huge_claim_costs_no_memory() throws Exception {
    // A block of 50 MB less one byte, of which three bytes come.
    byte[] bytes = hex(start(), "1F43B675 01FFFFFFFFFFFFFF E7 81 00 A3 131FFFFF 810000");
    assertThat(events(bytes).getLast()).isEqualTo(new MatroskaEvent.End(true, bytes.length));
  }

  @Test
  void an_error_of_the_stream_itself_comes_through() throws Exception {
    InputStream closed = InputStream.nullInputStream();
    closed.close();
    MatroskaReader reader = new MatroskaReader(closed);
    assertThatThrownBy(reader::next).isExactlyInstanceOf(IOException.class);
  }

  @Test
  void broken_bytes_are_told_again_and_again_until_the_next_header_is_looked_for()
      throws Exception {
    byte[] cut = hex(start(), "00", HexFormat.of().formatHex(written()));
    MatroskaReader broken = new MatroskaReader(new InPieces(cut, 3));
    broken.next();
    broken.next();
    assertThatThrownBy(broken::next).isInstanceOf(MatroskaException.class);
    assertThatThrownBy(broken::next).hasMessageContaining("at byte " + hex(start()).length);
    assertThat(broken.resync()).isTrue();
    assertThat(broken.offset()).isEqualTo(hex(start()).length + 1);
    assertThat(rest(broken)).isEqualTo(told(written()));
  }

  @ParameterizedTest
  @CsvSource({
    "00", // no element
    "41", // an id that reaches into the next header
    "4282 40", // a size that reaches into it
    "1A45DF", // a header's beginning
    "1A45DFA3 88 4282 85 6D70656734", // a header of something else
    "A3 81", // an element that may not stand here, its body being the next header's first byte
    "18538067 01FFFFFFFFFFFFFF 1F43B675 FF E7 88 7F", // eight bytes of the next header as a number
    "18538067 01FFFFFFFFFFFFFF 1549A966 85 2AD7B1", // a description that holds the next header
    "00 18538067 01FFFFFFFFFFFFFF A3 A3 A3 1A45DFA2 1A 1A45 1A45DF",
  })
  void after_garbage_everything_from_the_next_header_on_is_read(String garbage) throws Exception {
    byte[] bytes = hex(garbage, HexFormat.of().formatHex(written()));
    for (int piece : new int[] {1, 7, 4096}) {
      MatroskaReader reader = new MatroskaReader(new InPieces(bytes, piece));
      int tries = 0;
      List<String> read = List.of();
      while (read.isEmpty()) {
        assertThat(tries++).isLessThan(10);
        try {
          read = rest(reader);
        } catch (MatroskaException e) {
          assertThat(reader.resync()).isTrue();
        }
      }
      assertThat(read).endsWith(told(written()).toArray(String[]::new));
    }
  }

  @Test
  void where_no_header_follows_the_next_event_is_the_end() throws Exception {
    byte[] bytes = hex("00 1A45DF 11");
    MatroskaReader reader = new MatroskaReader(new InPieces(bytes, 2));
    assertThat(reader.resync()).as("nothing is amiss yet").isTrue();
    assertThatThrownBy(reader::next).isInstanceOf(MatroskaException.class);
    assertThat(reader.resync()).isFalse();
    assertThat(reader.next()).isEqualTo(new MatroskaEvent.End(true, bytes.length));
    assertThat(reader.resync()).isFalse();
  }

  @Test
  void what_would_hide_the_rest_of_a_stream_is_refused() {
    assertThatThrownBy(() -> events(hex(start(), "EC 01 00000100000000")))
        .isInstanceOf(MatroskaException.class)
        .hasMessageContaining("at most 1073741824 are read");
  }

  @Test
  void tracks_without_end_are_refused() {
    StringBuilder tracks = new StringBuilder();
    for (int i = 1; i <= 100; i++) {
      tracks.append("1654AE6B 91 AE 8F D781%02X 838101 86 87 565F4D4A504547".formatted(i));
    }
    assertThatThrownBy(() -> events(hex(EBML, SEGMENT, tracks.toString())))
        .isInstanceOf(MatroskaException.class)
        .hasMessageContaining("more than 64 video tracks");
  }

  private static List<String> rest(MatroskaReader reader) throws Exception {
    List<String> told = new ArrayList<>();
    for (MatroskaEvent event = reader.next(); ; event = reader.next()) {
      if (event instanceof MatroskaEvent.End) {
        return told;
      }
      told.add(withoutOffset(event));
    }
  }

  private static List<String> told(byte[] bytes) throws Exception {
    return rest(new MatroskaReader(new InPieces(bytes, 4096)));
  }

  private static String withoutOffset(MatroskaEvent event) {
    return event instanceof MatroskaEvent.SegmentStart ? "SegmentStart" : event.toString();
  }
}
