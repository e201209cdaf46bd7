package io.kvsinfer.worker.source.hls;

import io.kvsinfer.media.decode.FragmentDemuxer;
import io.kvsinfer.media.decode.FragmentDemuxer.Demuxed;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.worker.source.hls.HlsFailure.Kind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fragmented MP4 into frames. Offsets count from the frame shown first. One track object as long as
 * nothing of it changes. Used by one thread.
 */
final class Demuxing implements SegmentDemuxer {
  private @Nullable VideoTrack track;

  @Override
  public List<EncodedFrame> frames(
      Segment segment, byte[] init, byte[] media, Instant start, @Nullable Instant serverAt)
      throws HlsFailure {
    Demuxed demuxed;
    try {
      demuxed = FragmentDemuxer.demux(init, media);
    } catch (MediaException e) {
      throw new HlsFailure(
          Kind.UNREADABLE, segment.name() + " cannot be read: " + e.getMessage(), e);
    }
    long first =
        demuxed.samples().stream()
            .mapToLong(Sample::presentUs)
            .min()
            .orElseThrow(() ->
                new HlsFailure(Kind.UNREADABLE, segment.name() + " holds no video frame", null));
    VideoTrack current = same(demuxed.track());
    List<EncodedFrame> frames = new ArrayList<>(demuxed.samples().size());
    for (Sample sample : demuxed.samples()) {
      long offsetUs = sample.presentUs() - first;
      FrameTime time =
          new FrameTime(
              start.plus(offsetUs, ChronoUnit.MICROS),
              serverAt,
              segment.number(),
              offsetUs / 1000,
              sample.keyframe(),
              frames.isEmpty());
      frames.add(new EncodedFrame(current, sample.data(), time));
    }
    return frames;
  }

  /** The track as it was known before where nothing of it changed. */
  private VideoTrack same(VideoTrack read) {
    VideoTrack known = track;
    if (known != null && known.equals(read)) {
      return known;
    }
    track = read;
    return read;
  }
}
