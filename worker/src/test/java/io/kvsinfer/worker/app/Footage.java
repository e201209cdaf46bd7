package io.kvsinfer.worker.app;

import io.kvsinfer.media.decode.FileDemuxer;
import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.decode.VideoDecoder;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.worker.source.SourceEvent.Fragment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/** Fragments as a camera would send them, a second each, numbered from 1. */
final class Footage {
  static final Instant T = Instant.parse("2026-11-21T02:48:00Z");
  private static final int WIDTH = 64;
  private static final int HEIGHT = 48;

  private Footage() {}

  /** Plain pictures. */
  static List<Fragment> plain(int seconds, int fps, Instant start) throws MediaException {
    List<byte[]> pictures = new ArrayList<>();
    for (int i = 0; i < seconds * fps; i++) {
      byte[] bgr = new byte[3 * WIDTH * HEIGHT];
      Arrays.fill(bgr, (byte) (i * 7));
      pictures.add(bgr);
    }
    return encoded(pictures, WIDTH, HEIGHT, fps, start);
  }

  /**
   * Pictures as drawn, a keyframe at the beginning of each fragment of a second.
   *
   * @param picture packed BGR of each frame, {@code 3 × width × height}
   */
  static List<Fragment> drawn(
      int seconds, int fps, int width, int height, Instant start, IntFunction<byte[]> picture)
      throws MediaException {
    List<byte[]> pictures = new ArrayList<>();
    for (int i = 0; i < seconds * fps; i++) {
      pictures.add(picture.apply(i));
    }
    return encoded(pictures, width, height, fps, start);
  }

  /** A video at another frame rate: every {@code step}-th of its frames. */
  static List<Fragment> of(Path video, int step, int seconds, int fps, Instant start)
      throws MediaException {
    List<byte[]> pictures = new ArrayList<>();
    try (FileDemuxer demuxer = FileDemuxer.open(video.toString());
        VideoDecoder decoder = VideoDecoder.open(demuxer.track())) {
      FrameTime any = new FrameTime(start, null, null, 0, true, true);
      int number = 0;
      for (Sample s = demuxer.next(); s != null && pictures.size() < seconds * fps; ) {
        decoder.send(new EncodedFrame(demuxer.track(), s.data(), any));
        for (VideoFrame f = decoder.receive(); f != null; f = decoder.receive()) {
          try (VideoFrame frame = f) {
            if (number++ % step == 0) {
              pictures.add(frame.toBgr());
            }
          }
        }
        s = demuxer.next();
      }
      int width = demuxer.track().width();
      int height = demuxer.track().height();
      return encoded(pictures.subList(0, seconds * fps), width, height, fps, start);
    }
  }

  /** The time that each frame of a fragment was captured. */
  static List<Instant> times(Fragment fragment) {
    return fragment.frames().stream().map(f -> f.time().capturedAt()).toList();
  }

  private static List<Fragment> encoded(
      List<byte[]> pictures, int width, int height, int fps, Instant start) throws MediaException {
    List<Sample> samples = new ArrayList<>();
    List<Fragment> fragments = new ArrayList<>();
    try (H264Encoder encoder = H264Encoder.open(width, height, fps, 1_500_000, fps)) {
      for (int i = 0; i < pictures.size(); i++) {
        samples.addAll(encoder.encodeBgr(pictures.get(i), i * 1_000_000L / fps));
      }
      samples.addAll(encoder.finish());
      for (int f = 0; f * fps < samples.size(); f++) {
        String number = String.valueOf(f + 1);
        List<EncodedFrame> frames = new ArrayList<>();
        for (Sample s : samples.subList(f * fps, (f + 1) * fps)) {
          Duration at = Duration.ofNanos(s.presentUs() * 1000);
          FrameTime time =
              new FrameTime(
                  start.plus(at),
                  null,
                  number,
                  at.minusSeconds(f).toMillis(),
                  s.keyframe(),
                  frames.isEmpty());
          frames.add(new EncodedFrame(encoder.track(), s.data(), time));
        }
        fragments.add(new Fragment(number, frames, false));
      }
    }
    return fragments;
  }
}
