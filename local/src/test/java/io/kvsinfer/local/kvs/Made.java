package io.kvsinfer.local.kvs;

import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import java.time.Instant;
import java.util.List;

/** Streams, tracks and fragments made for tests, without media in them. */
final class Made {
  private static final byte[] AVCC = {1, 0x4d, 0x40, 0x32, -1, -31};
  static final VideoTrack TRACK = new VideoTrack(Codec.H264, AVCC, 2592, 1944);
  static final VideoTrack OTHER_TRACK = new VideoTrack(Codec.H264, AVCC, 640, 480);
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  private Made() {}

  static VideoStream stream() {
    return new VideoStream(
        "yard",
        "arn:aws:kinesisvideo:us-east-1:000000000000:stream/yard/1",
        NOON,
        new VideoStream.Description("v", "", "video/h264", 24),
        1 << 20);
  }

  /** A fragment of two frames, produced and received at {@code at} seconds past noon. */
  static Fragment put(VideoStream stream, double at, double seconds, VideoTrack track) {
    Instant time = NOON.plusMillis(Math.round(at * 1000));
    long us = Math.round(seconds * 1e6);
    List<Sample> samples =
        List.of(
            new Sample(new byte[100], 0, 0, true), new Sample(new byte[50], us / 2, us / 2, false));
    return stream.ingest(time, time, time, track, samples, us);
  }

  static Fragment put(VideoStream stream, double at, double seconds) {
    return put(stream, at, seconds, TRACK);
  }
}
