package io.kvsinfer.media.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvsinfer.media.decode.DecoderChoice.Opened;
import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DecoderChoiceTest {
  private static final boolean GPU = Files.exists(Path.of("/dev/nvidiactl"));

  @ParameterizedTest
  @CsvSource({
    ", true, NVDEC",
    ", false, NONE",
    "software, true, NONE",
    "Software, true, NONE",
    "nvdec, true, NVDEC",
    "nvdec, false, NONE",
  })
  void nvdec_is_chosen_where_a_driver_is_and_nobody_forbids_it(
      String wish, boolean driver, Hardware chosen) {
    assertThat(DecoderChoice.hardware(wish, driver)).isEqualTo(chosen);
  }

  @ParameterizedTest
  @EnumSource(names = {"H264", "H265", "VP8", "VP9", "AV1"})
  void without_a_gpu_that_works_software_decodes_what_nvdec_was_to(Codec codec) throws Exception {
    assumeTrue(!GPU, "this machine has an NVIDIA GPU");
    Opened opened =
        DecoderChoice.open(new VideoTrack(codec, new byte[0], 64, 48), 1, Hardware.NVDEC);
    assertThat(opened.hardware()).isEqualTo(Hardware.NONE);
    assertThat(opened.refusal()).as("why, where FFmpeg has such a decoder at all").isNotBlank();
    avcodec.avcodec_free_context(opened.context());
  }

  @Test
  void a_decoder_says_where_it_decodes() throws Exception {
    assumeTrue(!GPU, "this machine has an NVIDIA GPU");
    try (VideoDecoder decoder =
        VideoDecoder.open(new VideoTrack(Codec.H264, new byte[0], 64, 48))) {
      assertThat(decoder.hardware()).isEqualTo(Hardware.NONE);
    }
  }

  @Test
  void nvdec_has_its_own_names() {
    assertThat(DecoderChoice.nvdec(Codec.H265)).isEqualTo("hevc_cuvid");
    assertThat(DecoderChoice.nvdec(Codec.AV1)).isEqualTo("av1_cuvid");
  }
}
