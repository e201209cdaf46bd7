package io.kvsinfer.worker.source.hls;

import io.kvsinfer.media.decode.FragmentMuxer;
import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.worker.source.hls.HlsServer.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Real fragmented MP4: a second of H.264 at ten frames a second, cut for KVS. */
final class Clip {
  static final int FRAMES = 10;
  private static final long FRAME_US = 100_000;

  private final byte[] init;
  private final VideoTrack track;
  private final List<Sample> samples;

  private Clip(VideoTrack track, List<Sample> samples) {
    this.track = track;
    this.samples = samples;
    this.init = FragmentMuxer.init(track);
  }

  static Clip coloured(int width, int height) throws MediaException {
    try (H264Encoder encoder = H264Encoder.open(width, height, 10, 200_000, FRAMES)) {
      List<Sample> samples = new ArrayList<>();
      for (int i = 0; i < FRAMES; i++) {
        byte[] bgr = new byte[width * height * 3];
        Arrays.fill(bgr, (byte) (20 * i));
        samples.addAll(encoder.encodeBgr(bgr, i * FRAME_US));
      }
      samples.addAll(encoder.finish());
      return new Clip(encoder.track(), samples);
    }
  }

  /** The fragment numbered 1000 + i, captured i seconds after {@code base}. */
  Stored fragment(int i, Instant base) {
    List<Sample> moved =
        samples.stream()
            .map(s ->
                new Sample(
                    s.data(),
                    s.decodeUs() + i * 1_000_000L,
                    s.presentUs() + i * 1_000_000L,
                    s.keyframe()))
            .toList();
    return new Stored(
        String.valueOf(1000 + i),
        base.plusSeconds(i),
        Duration.ofSeconds(1),
        init,
        FragmentMuxer.segment(track, i + 1, moved, 1_000_000));
  }
}
