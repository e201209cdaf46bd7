package io.kvsinfer.media.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.testkit.TestMedia;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers are those of ffprobe 5.1 (-count_packets -count_frames). */
@ExtendWith(NothingStaysOpen.class)
class RealClipsTest {
  @ParameterizedTest
  @CsvSource({
    "video/car-detection.mp4, H264, 768, 432, 377, 7, 12.5",
    "video/house6.mp4, H264, 426, 240, 899, 10, 29.97",
    "video/kvs_sample.mp4, H264, 1280, 720, 420, 5, 30",
    "frames/producer_sample.h264, H264, 640, 480, 403, 9, 25",
    "frames/producer_sample.h265, H265, 640, 360, 403, 9, 25",
    "getmedia/output_get_media.mkv, H264, 640, 360, 300, 5, 30",
  })
  void every_picture_of_a_clip_is_decoded_with_its_own_time(
      String file, Codec codec, int width, int height, int frames, int keyframes, double rate)
      throws Exception {
    try (FileDemuxer demuxer = FileDemuxer.open(TestMedia.require(file).toString());
        VideoDecoder decoder = VideoDecoder.open(demuxer.track())) {
      assertThat(demuxer.track().codec()).isEqualTo(codec);
      assertThat(demuxer.frameRate()).isEqualTo(rate);
      List<Long> sent = new ArrayList<>();
      List<Long> seen = new ArrayList<>();
      int keys = 0;
      for (Sample sample = demuxer.next(); sample != null; sample = demuxer.next()) {
        keys += sample.keyframe() ? 1 : 0;
        sent.add(sample.presentUs() / 1000);
        decoder.send(TestPictures.encoded(demuxer.track(), sample));
        receive(decoder, width, height, seen);
      }
      decoder.end();
      receive(decoder, width, height, seen);
      assertThat(sent).hasSize(frames);
      assertThat(keys).isEqualTo(keyframes);
      assertThat(seen)
          .hasSize(frames)
          .isSorted()
          .containsExactlyElementsOf(sent.stream().sorted().toList());
    }
  }

  private static void receive(VideoDecoder decoder, int width, int height, List<Long> seen) {
    for (VideoFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
      try (VideoFrame picture = frame) {
        assertThat(picture.width()).isEqualTo(width);
        assertThat(picture.height()).isEqualTo(height);
        seen.add(picture.time().offsetMs());
      }
    }
  }
}
