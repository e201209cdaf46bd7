package io.kvsinfer.worker.app;

import io.kvsinfer.media.decode.FragmentMuxer;
import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.media.mkv.MatroskaWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A second of grey pictures in H.264, as GetMedia and as HLS send it. */
record RehearsalMedia(VideoTrack track, List<Sample> samples) {
  private static final int FRAMES = 20;
  private static final int WIDTH = 320;
  private static final int HEIGHT = 240;
  private static final int BITS_PER_SECOND = 100_000;
  private static final long SECOND_US = 1_000_000;

  RehearsalMedia {
    samples = List.copyOf(samples);
  }

  static RehearsalMedia encoded() throws MediaException {
    byte[] grey = new byte[WIDTH * HEIGHT * 3];
    List<Sample> samples = new ArrayList<>();
    try (H264Encoder encoder = H264Encoder.open(WIDTH, HEIGHT, FRAMES, BITS_PER_SECOND, FRAMES)) {
      for (int i = 0; i < FRAMES; i++) {
        samples.addAll(encoder.encodeBgr(grey, i * SECOND_US / FRAMES));
      }
      samples.addAll(encoder.finish());
      return new RehearsalMedia(encoder.track(), samples);
    }
  }

  /** Matroska, captured when it arrived. */
  byte[] fragment(int number, Instant at) throws IOException {
    String time = "%d.%03d".formatted(at.getEpochSecond(), at.getNano() / 1_000_000);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    MatroskaWriter mkv = new MatroskaWriter(bytes);
    mkv.header(track);
    mkv.tags(
        Map.of(
            "AWS_KINESISVIDEO_FRAGMENT_NUMBER", "" + number,
            "AWS_KINESISVIDEO_SERVER_TIMESTAMP", time,
            "AWS_KINESISVIDEO_PRODUCER_TIMESTAMP", time));
    mkv.startCluster(0);
    for (Sample sample : samples) {
      mkv.frame(sample.data(), sample.presentUs() / 1000, sample.keyframe());
    }
    mkv.tags(Map.of("AWS_KINESISVIDEO_CONTINUATION_TOKEN", "" + number));
    return bytes.toByteArray();
  }

  /** The init segment of {@link #segment}. */
  byte[] init() {
    return FragmentMuxer.init(track);
  }

  /** Fragmented MP4; each second follows the one before. */
  byte[] segment(int second) {
    List<Sample> moved =
        samples.stream()
            .map(s ->
                new Sample(
                    s.data(),
                    s.decodeUs() + second * SECOND_US,
                    s.presentUs() + second * SECOND_US,
                    s.keyframe()))
            .toList();
    return FragmentMuxer.segment(track, second + 1, moved, SECOND_US);
  }
}
