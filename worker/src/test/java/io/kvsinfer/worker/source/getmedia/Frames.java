package io.kvsinfer.worker.source.getmedia;

import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.worker.source.SourceEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Frames and parts made for tests; fragment n is captured n seconds after the epoch. */
final class Frames {
  private Frames() {}

  static EncodedFrame frame(String fragment, long offsetMs, boolean keyframe) {
    return frame(MediaServer.TRACK, fragment, offsetMs, keyframe);
  }

  static EncodedFrame frame(VideoTrack track, String fragment, long offsetMs, boolean keyframe) {
    Instant at = Instant.ofEpochSecond(Long.parseLong(fragment)).plusMillis(offsetMs);
    return new EncodedFrame(
        track, new byte[] {1}, new FrameTime(at, at, fragment, offsetMs, keyframe, keyframe));
  }

  static SourceEvent.Part part(String fragment, long offsetMs) {
    return new SourceEvent.Part(fragment, List.of(frame(fragment, offsetMs, offsetMs == 0)), false);
  }

  static SourceEvent.Part late(String fragment, long offsetMs) {
    return new SourceEvent.Part(fragment, List.of(frame(fragment, offsetMs, offsetMs == 0)), true);
  }

  /** A whole fragment of frames at these offsets, the first being a keyframe. */
  static SourceEvent.Fragment fragment(VideoTrack track, String number, long... offsets) {
    List<EncodedFrame> frames = new ArrayList<>();
    for (long offset : offsets) {
      frames.add(frame(track, number, offset, frames.isEmpty()));
    }
    return new SourceEvent.Fragment(number, frames, false);
  }
}
