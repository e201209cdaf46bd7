package io.kvsinfer.media.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.media.mkv.MatroskaEvent;
import io.kvsinfer.media.mkv.MatroskaReader;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Codecs and orders of frames that the project's own encoder cannot make. */
@ExtendWith(NothingStaysOpen.class)
class CodecsTest {
  private static final List<Long> TWELVE =
      LongStream.range(0, 12).map(i -> 100 * i).boxed().toList();

  private static URL clip(String name) {
    return Objects.requireNonNull(CodecsTest.class.getResource("/clips/" + name), name);
  }

  private static void receive(VideoDecoder decoder, List<Long> seen, List<byte[]> pictures) {
    for (VideoFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
      seen.add(frame.time().offsetMs());
      pictures.add(frame.toBgr());
      frame.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bframes.mp4", "bframes.h264", "bframes.h265"})
  void reordered_pictures_come_in_order_with_their_own_times(String name) throws Exception {
    List<Long> sent = new ArrayList<>();
    List<Long> seen = new ArrayList<>();
    List<byte[]> pictures = new ArrayList<>();
    try (FileDemuxer demuxer = FileDemuxer.open(Path.of(clip(name).toURI()).toString());
        VideoDecoder decoder = VideoDecoder.open(demuxer.track())) {
      for (Sample sample = demuxer.next(); sample != null; sample = demuxer.next()) {
        assertThat(sample.decodeUs()).isLessThanOrEqualTo(sample.presentUs());
        sent.add(sample.presentUs() / 1000);
        decoder.send(TestPictures.encoded(demuxer.track(), sample));
        receive(decoder, seen, pictures);
      }
      assertThat(demuxer.frameRate()).isEqualTo(10);
      decoder.end();
      receive(decoder, seen, pictures);
    }
    assertThat(sent).containsExactlyInAnyOrderElementsOf(TWELVE).isNotEqualTo(TWELVE);
    assertThat(seen).isEqualTo(TWELVE);
    assertThat(pictures).hasSize(12);
  }

  @Test
  void the_raw_stream_and_the_mp4_of_the_same_pictures_agree_on_their_order() throws Exception {
    List<Long> mp4 = presentOrder("bframes.mp4");
    assertThat(mp4).startsWith(0L, 4L, 2L, 1L, 3L);
    assertThat(presentOrder("bframes.h264")).isEqualTo(mp4);
  }

  private static List<Long> presentOrder(String name) throws Exception {
    List<Long> order = new ArrayList<>();
    try (FileDemuxer demuxer = FileDemuxer.open(Path.of(clip(name).toURI()).toString())) {
      for (Sample sample = demuxer.next(); sample != null; sample = demuxer.next()) {
        order.add(sample.presentUs() / 100_000);
      }
    }
    return order;
  }

  @ParameterizedTest
  @CsvSource({"vp8.webm, VP8", "vp9.webm, VP9", "av1.webm, AV1"})
  void frames_of_the_matroska_reader_are_decoded(String name, Codec codec) throws Exception {
    List<Long> seen = new ArrayList<>();
    List<byte[]> pictures = new ArrayList<>();
    try (InputStream in = clip(name).openStream()) {
      MatroskaReader reader = new MatroskaReader(in);
      MatroskaEvent event = reader.next();
      while (!(event instanceof MatroskaEvent.Track)) {
        event = reader.next();
      }
      VideoTrack track = ((MatroskaEvent.Track) event).track();
      assertThat(track.codec()).isEqualTo(codec);
      assertThat(track.width()).isEqualTo(64);
      try (VideoDecoder decoder = VideoDecoder.open(track)) {
        while (!(event instanceof MatroskaEvent.End)) {
          event = reader.next();
          if (event instanceof MatroskaEvent.Frame frame) {
            var time = TestPictures.time(1000 * frame.timecodeMs(), frame.keyframe());
            decoder.send(new EncodedFrame(track, frame.data(), time));
            receive(decoder, seen, pictures);
          }
        }
        decoder.end();
        receive(decoder, seen, pictures);
      }
      assertThat(event).isEqualTo(new MatroskaEvent.End(false, reader.offset()));
    }
    assertThat(seen).isEqualTo(TWELVE);
    assertThat(pictures).allMatch(bgr -> bgr.length == 3 * 64 * 48);
  }

  @Test
  void webp_is_decoded_too() throws Exception {
    byte[] webp;
    try (InputStream in = clip("orange.webp").openStream()) {
      webp = in.readAllBytes();
    }
    try (VideoFrame frame = ImageDecoder.decode(webp, TestPictures.noTime())) {
      int[] pixel = TestPictures.pixel(frame.toBgr(), 40, 20, 15);
      assertThat(pixel[0]).isCloseTo(0x1e, within(3));
      assertThat(pixel[1]).isCloseTo(0x78, within(3));
      assertThat(pixel[2]).isCloseTo(0xf0, within(3));
    }
  }
}
