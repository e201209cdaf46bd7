package io.kvsinfer.media.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.testkit.TestMedia;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingStaysOpen.class)
class AnnexBTest {
  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  @Test
  void units_stand_between_start_codes_of_three_or_four_bytes() {
    byte[] stream = hex("00000001 0910 000001 6742 00 0000000001 68CE 000001 65888400 0000");
    List<byte[]> units = AnnexB.nalUnits(stream);
    assertThat(units).containsExactly(hex("0910"), hex("6742"), hex("68CE"), hex("658884"));
    assertThat(AnnexB.nalUnits(hex("0102030405"))).isEmpty();
    assertThat(AnnexB.startsWithStartCode(stream)).isTrue();
    assertThat(AnnexB.startsWithStartCode(hex("000001 09"))).isTrue();
    assertThat(AnnexB.startsWithStartCode(hex("01640028"))).isFalse();
    assertThat(AnnexB.isKeyframe(Codec.H264, stream)).isTrue();
    assertThat(AnnexB.isKeyframe(Codec.H264, hex("000001 41AA"))).isFalse();
  }

  @Test
  void lengths_replace_start_codes_and_back() throws Exception {
    byte[] stream = hex("00000001 0910 000001 6742 000001 658884");
    byte[] prefixed = AnnexB.toLengthPrefixed(stream);
    assertThat(prefixed).isEqualTo(hex("00000002 0910 00000002 6742 00000003 658884"));
    assertThat(AnnexB.toSample(Codec.H264, stream)).isEqualTo(hex("00000003 658884"));
    assertThat(AnnexB.nalUnits(AnnexB.fromLengthPrefixed(prefixed, 4)))
        .containsExactlyElementsOf(AnnexB.nalUnits(stream));
    assertThat(AnnexB.fromLengthPrefixed(hex("0002 0910"), 2)).isEqualTo(hex("00000001 0910"));
    assertThatThrownBy(() -> AnnexB.fromLengthPrefixed(hex("00000009 0910"), 4))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("claims 9 bytes");
    assertThatThrownBy(() -> AnnexB.fromLengthPrefixed(hex("000000"), 4))
        .isInstanceOf(MediaException.class);
  }

  @Test
  void parameter_sets_of_a_real_camera_give_the_track() throws Exception {
    String raw = TestMedia.require("frames/producer_sample.h264").toString();
    try (FileDemuxer demuxer = FileDemuxer.open(raw)) {
      assertThat(demuxer.track().codecPrivate()).isEmpty();
      Sample first = Objects.requireNonNull(demuxer.next());
      VideoTrack track = AnnexB.track(Codec.H264, first.data()).orElseThrow();
      assertThat(track.width()).isEqualTo(640);
      assertThat(track.height()).isEqualTo(480);
      assertThat(track.codecPrivate()).startsWith(1);
      byte[] init = FragmentMuxer.init(new VideoTrack(Codec.H264, track.codecPrivate(), 0, 0));
      Sample sample = new Sample(AnnexB.toSample(Codec.H264, first.data()), 0, 0, true);
      byte[] segment = FragmentMuxer.segment(track, 1, List.of(sample), 40_000);
      assertThat(FragmentDemuxer.demux(init, segment).track()).isEqualTo(track);
      Sample second = Objects.requireNonNull(demuxer.next());
      assertThat(AnnexB.track(Codec.H264, second.data())).isEmpty();
    }
  }

  @Test
  void high_profile_fields_and_cropping_are_read() throws Exception {
    // 1920 x 1080 High as x264 writes it, and 1920 x 1080 interlaced Main with picture order type
    // 0.
    SequenceParameters high =
        SequenceParameters.h264(
            hex("6764 0028 ACD9 4078 0227 E5C0 5A80 8080 A000 0003 0020 0000 0781 E306 32C0"));
    assertThat(high).isEqualTo(new SequenceParameters(1920, 1080, 1, 8, 8));
  }

  @Test
  void nonsense_for_a_parameter_set_is_an_error_of_its_own() {
    assertThatThrownBy(() -> SequenceParameters.h264(hex("6742")))
        .isInstanceOf(MediaException.class);
    assertThatThrownBy(() -> SequenceParameters.h264(new byte[64]))
        .isInstanceOf(MediaException.class);
    assertThatThrownBy(() -> SequenceParameters.h265(hex("42010101")))
        .isInstanceOf(MediaException.class);
    assertThatThrownBy(() -> AnnexB.isKeyframe(Codec.VP9, hex("00000165")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("VP9");
  }
}
