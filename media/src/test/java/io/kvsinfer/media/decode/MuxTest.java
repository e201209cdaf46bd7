package io.kvsinfer.media.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.testkit.TestMedia;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NothingStaysOpen.class)
class MuxTest {
  private static void requireSame(List<Sample> actual, List<Sample> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).data()).as("sample %d", i).isEqualTo(expected.get(i).data());
      assertThat(actual.get(i).decodeUs()).as("sample %d", i).isEqualTo(expected.get(i).decodeUs());
      assertThat(actual.get(i).presentUs())
          .as("sample %d", i)
          .isEqualTo(expected.get(i).presentUs());
      assertThat(actual.get(i).keyframe()).as("sample %d", i).isEqualTo(expected.get(i).keyframe());
    }
  }

  @Test
  void a_segment_gives_back_exactly_what_was_put_in() throws Exception {
    try (H264Encoder encoder = H264Encoder.open(320, 240, 30, 500_000, 15)) {
      List<Sample> all = TestPictures.clip(encoder, 320, 240, 45, 30);
      VideoTrack track = encoder.track();
      byte[] init = FragmentMuxer.init(track);
      for (int i = 0; i < 3; i++) {
        List<Sample> samples = all.subList(15 * i, 15 * i + 15);
        byte[] segment = FragmentMuxer.segment(track, i + 1, samples, 500_000);
        FragmentDemuxer.Demuxed demuxed = FragmentDemuxer.demux(init, segment);
        assertThat(demuxed.track()).isEqualTo(track);
        requireSame(demuxed.samples(), samples);
        assertThat(demuxed.samples().getFirst().keyframe()).isTrue();
      }
    }
  }

  @Test
  void reordered_pictures_keep_their_times_days_into_a_stream() throws Exception {
    VideoTrack track = testTrack();
    long start = 400_000_000_000L;
    List<Sample> samples =
        List.of(
            new Sample(new byte[] {0, 0, 0, 1, 0x65}, start, start + 66_667, true),
            new Sample(new byte[] {0, 0, 0, 1, 0x41}, start + 33_333, start + 133_333, false),
            new Sample(new byte[] {0, 0, 0, 1, 0x01}, start + 66_667, start + 100_000, false));
    byte[] segment = FragmentMuxer.segment(track, 7, samples, 100_000);
    requireSame(FragmentDemuxer.demux(FragmentMuxer.init(track), segment).samples(), samples);
  }

  @Test
  void a_file_of_samples_plays_with_their_times(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("scene.mp4");
    List<Sample> samples;
    try (H264Encoder encoder = H264Encoder.open(320, 240, 25, 500_000, 10);
        Mp4FileWriter writer = Mp4FileWriter.create(file, encoder.track())) {
      samples = TestPictures.clip(encoder, 320, 240, 30, 25);
      for (Sample sample : samples) {
        writer.add(sample);
      }
    }
    try (FileDemuxer demuxer = FileDemuxer.open(file.toString())) {
      List<Sample> read = new ArrayList<>();
      for (Sample sample = demuxer.next(); sample != null; sample = demuxer.next()) {
        read.add(sample);
      }
      requireSame(read, samples);
      assertThat(demuxer.next()).isNull();
      assertThat(demuxer.frameRate()).isEqualTo(25);
      assertThat(demuxer.track().width()).isEqualTo(320);
    }
  }

  @Test
  void a_closed_file_takes_no_more(@TempDir Path folder) throws Exception {
    Mp4FileWriter writer = Mp4FileWriter.create(folder.resolve("a.mp4"), testTrack());
    writer.close();
    writer.close();
    assertThatThrownBy(() -> writer.add(new Sample(new byte[1], 0, 0, true)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void h265_from_a_raw_stream_becomes_fragments_that_decode() throws Exception {
    Path raw = TestMedia.require("frames/producer_sample.h265");
    try (FileDemuxer demuxer = FileDemuxer.open(raw.toString())) {
      List<Sample> samples = new ArrayList<>();
      Sample first = Objects.requireNonNull(demuxer.next());
      VideoTrack track = AnnexB.track(Codec.H265, first.data()).orElseThrow();
      for (Sample sample = first; sample != null && samples.size() < 40; sample = demuxer.next()) {
        assertThat(AnnexB.isKeyframe(Codec.H265, sample.data())).isEqualTo(sample.keyframe());
        samples.add(
            new Sample(
                AnnexB.toSample(Codec.H265, sample.data()),
                sample.decodeUs(),
                sample.presentUs(),
                sample.keyframe()));
      }
      assertThat(track.width()).isEqualTo(640);
      assertThat(track.height()).isEqualTo(360);
      VideoTrack unsized = new VideoTrack(Codec.H265, track.codecPrivate(), 0, 0);
      FragmentDemuxer.Demuxed demuxed =
          FragmentDemuxer.demux(
              FragmentMuxer.init(unsized), FragmentMuxer.segment(unsized, 1, samples, 1_600_000));
      assertThat(demuxed.track()).isEqualTo(track);
      requireSame(demuxed.samples(), samples);
      try (VideoDecoder decoder = VideoDecoder.open(demuxed.track())) {
        int pictures = 0;
        for (Sample sample : demuxed.samples()) {
          decoder.send(TestPictures.encoded(demuxed.track(), sample));
          pictures += drain(decoder);
        }
        decoder.end();
        assertThat(pictures + drain(decoder)).isEqualTo(40);
      }
    }
  }

  private static int drain(VideoDecoder decoder) {
    int count = 0;
    for (VideoFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
      frame.close();
      count++;
    }
    return count;
  }

  @Test
  void a_track_without_parameter_sets_is_refused_with_the_way_to_get_them() {
    VideoTrack bare = new VideoTrack(Codec.H264, new byte[0], 640, 480);
    assertThatThrownBy(() -> FragmentMuxer.init(bare))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AnnexB.track");
    assertThatThrownBy(() -> FragmentMuxer.init(new VideoTrack(Codec.VP8, new byte[4], 1, 1)))
        .isInstanceOf(IllegalArgumentException.class);
    VideoTrack unsized = new VideoTrack(Codec.H264, new byte[] {1, 2, 3}, 0, 0);
    assertThatThrownBy(() -> FragmentMuxer.init(unsized)).hasMessageContaining("no picture size");
  }

  @Test
  void samples_out_of_order_or_before_zero_are_refused() throws Exception {
    VideoTrack track = testTrack();
    byte[] data = {0, 0, 0, 1, 0x65};
    assertThatThrownBy(() -> FragmentMuxer.segment(track, 1, List.of(), 1))
        .hasMessageContaining("without samples");
    assertThatThrownBy(
            () -> FragmentMuxer.segment(track, 1, List.of(new Sample(data, -1, 0, true)), 1))
        .hasMessageContaining("-1 us");
    List<Sample> backwards = List.of(new Sample(data, 10, 10, true), new Sample(data, 5, 5, false));
    assertThatThrownBy(() -> FragmentMuxer.segment(track, 1, backwards, 1))
        .hasMessageContaining("followed by 5 us");
  }

  @Test
  void a_segment_cut_off_anywhere_is_refused_and_says_where() throws Exception {
    VideoTrack track = testTrack();
    byte[] init = FragmentMuxer.init(track);
    byte[] data = {0, 0, 0, 1, 0x65};
    byte[] segment = FragmentMuxer.segment(track, 1, List.of(new Sample(data, 0, 0, true)), 40_000);
    for (int length = 0; length < segment.length; length++) {
      byte[] cut = Arrays.copyOf(segment, length);
      if (length == 24 || endsAtBox(segment, length)) {
        continue;
      }
      assertThatThrownBy(() -> FragmentDemuxer.demux(init, cut))
          .isInstanceOf(MediaException.class)
          .hasMessageContaining("media segment");
    }
    assertThatThrownBy(() -> FragmentDemuxer.demux(new byte[0], segment))
        .hasMessageContaining("init segment is empty");
    assertThatThrownBy(() ->
            FragmentDemuxer.demux(
                "<html>403</html>".getBytes(java.nio.charset.StandardCharsets.UTF_8), segment))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("init segment");
    byte[] noTrack = {0, 0, 0, 8, 'f', 'r', 'e', 'e'};
    assertThatThrownBy(() -> FragmentDemuxer.demux(noTrack, segment))
        .isInstanceOf(MediaException.class);
  }

  private static boolean endsAtBox(byte[] segment, int length) {
    int at = 0;
    while (at < length) {
      at += java.nio.ByteBuffer.wrap(segment).getInt(at);
    }
    return at == length && length > 0;
  }

  private static VideoTrack testTrack() throws MediaException {
    try (H264Encoder encoder = H264Encoder.open(64, 64, 10, 100_000, 10)) {
      return encoder.track();
    }
  }
}
