package io.kvsinfer.media.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.media.frame.VideoTrack;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingStaysOpen.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VideoDecoderTest {
  private VideoTrack track = new VideoTrack(Codec.H264, new byte[0], 0, 0);
  private List<Sample> clip = List.of();

  @BeforeAll
  void encodeOnce() throws Exception {
    try (H264Encoder encoder = H264Encoder.open(320, 240, 30, 800_000, 10)) {
      clip = TestPictures.clip(encoder, 320, 240, 30, 30);
      track = encoder.track();
    }
  }

  private static List<Long> receive(VideoDecoder decoder) {
    List<Long> times = new ArrayList<>();
    for (VideoFrame frame = decoder.receive(); frame != null; frame = decoder.receive()) {
      times.add(frame.time().offsetMs());
      frame.close();
    }
    return times;
  }

  private static EncodedFrame broken(VideoTrack track, Sample sample) {
    byte[] data = sample.data().clone();
    for (int i = 8; i < data.length; i++) {
      data[i] = (byte) (31 * i);
    }
    return new EncodedFrame(track, data, TestPictures.time(sample.presentUs(), sample.keyframe()));
  }

  @Test
  void a_damaged_frame_is_named_and_decoding_goes_on_at_the_next_keyframe() throws Exception {
    try (VideoDecoder decoder = VideoDecoder.open(track)) {
      List<Long> seen = new ArrayList<>();
      List<String> errors = new ArrayList<>();
      for (int i = 0; i < clip.size(); i++) {
        Sample sample = clip.get(i);
        try {
          decoder.send(i == 10 ? broken(track, sample) : TestPictures.encoded(track, sample));
        } catch (MediaException e) {
          errors.add(e.getMessage());
        }
        seen.addAll(receive(decoder));
      }
      decoder.end();
      seen.addAll(receive(decoder));
      assertThat(errors).isNotEmpty();
      assertThat(errors.getFirst()).contains("H264 frame").contains("2026-11-21T00:00:00.333");
      assertThat(seen).isSorted().doesNotContain(333L);
      assertThat(seen).contains(300L, 666L, 966L);
      assertThat(seen.stream().filter(t -> t >= 666)).hasSize(10);
    }
  }

  @Test
  void an_empty_frame_is_an_error_and_no_end_of_stream() throws Exception {
    try (VideoDecoder decoder = VideoDecoder.open(track)) {
      FrameTime time = new FrameTime(TestPictures.EPOCH, null, "fragment-7", 40, false, false);
      assertThatThrownBy(() -> decoder.send(new EncodedFrame(track, new byte[0], time)))
          .isInstanceOf(MediaException.class)
          .hasMessageContaining("fragment-7 + 40 ms");
      decoder.send(TestPictures.encoded(track, clip.getFirst()));
      decoder.end();
      assertThat(receive(decoder)).containsExactly(0L);
    }
  }

  @Test
  void a_frame_of_another_track_needs_another_decoder() throws Exception {
    try (VideoDecoder decoder = VideoDecoder.open(track)) {
      VideoTrack other = new VideoTrack(Codec.H264, track.codecPrivate(), 640, 480);
      assertThatThrownBy(() -> decoder.send(TestPictures.encoded(other, clip.getFirst())))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(decoder.track()).isEqualTo(track);
    }
  }

  @Test
  void after_a_reset_decoding_starts_again_at_a_keyframe() throws Exception {
    try (VideoDecoder decoder = VideoDecoder.open(track)) {
      decoder.send(TestPictures.encoded(track, clip.getFirst()));
      decoder.end();
      assertThatThrownBy(() -> decoder.send(TestPictures.encoded(track, clip.get(1))))
          .isInstanceOf(IllegalStateException.class);
      decoder.reset();
      assertThat(decoder.receive()).isNull();
      decoder.send(TestPictures.encoded(track, clip.get(20)));
      decoder.end();
      assertThat(receive(decoder)).containsExactly(666L);
    }
  }

  @Test
  void pictures_not_received_are_freed_with_the_decoder_and_bounded() throws Exception {
    VideoDecoder decoder = VideoDecoder.open(track);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                decoder.send(TestPictures.encoded(track, clip.get(i % 10)));
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("64 pictures");
    decoder.close();
    decoder.close();
    assertThatThrownBy(decoder::receive).hasMessageContaining("closed");
  }

  @Test
  void several_threads_give_the_same_pictures() throws Exception {
    try (VideoDecoder decoder = VideoDecoder.open(track, 2)) {
      List<Long> seen = new ArrayList<>();
      for (Sample sample : clip) {
        decoder.send(TestPictures.encoded(track, sample));
        seen.addAll(receive(decoder));
      }
      decoder.end();
      seen.addAll(receive(decoder));
      assertThat(seen).hasSize(30).isSorted();
    }
  }

  @Test
  void broken_codec_private_data_is_refused_at_once() {
    VideoTrack wrong = new VideoTrack(Codec.H264, new byte[] {1, 2, 3, 4, 5, 6, 7}, 320, 240);
    assertThatThrownBy(() -> VideoDecoder.open(wrong))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("H264 320x240");
  }

  @Test
  void there_is_a_software_decoder_for_every_codec() throws Exception {
    for (Codec codec : Codec.values()) {
      VideoDecoder.open(new VideoTrack(codec, new byte[0], 320, 240)).close();
    }
  }

  @Test
  void motion_jpeg_is_decoded_frame_by_frame() throws Exception {
    VideoTrack jpegs = new VideoTrack(Codec.MJPEG, new byte[0], 64, 48);
    byte[] jpeg;
    try (JpegEncoder encoder = new JpegEncoder()) {
      jpeg = encoder.encodeBgr(TestPictures.plain(64, 48, 50, 100, 200), 64, 48, 90);
    }
    try (VideoDecoder decoder = VideoDecoder.open(jpegs)) {
      decoder.send(new EncodedFrame(jpegs, jpeg, TestPictures.time(40_000, true)));
      try (VideoFrame frame = Objects.requireNonNull(decoder.receive())) {
        assertThat(frame.time().offsetMs()).isEqualTo(40);
        assertThat(frame.width()).isEqualTo(64);
      }
    }
  }
}
