package io.kvsinfer.worker.source.hls;

import io.kvsinfer.media.frame.EncodedFrame;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the frames out of a media segment. */
interface SegmentDemuxer {

  /**
   * The segment's frames, as they come from the encoder.
   *
   * @param init initialisation segment, empty where there is none
   * @param start capture time of the frame that is shown first
   * @param serverAt when KVS took the segment in, null if unknown
   * @return frames in decoding order, at least one
   * @throws HlsFailure with kind UNREADABLE where the bytes are no such segment
   */
  List<EncodedFrame> frames(
      Segment segment, byte[] init, byte[] media, Instant start, @Nullable Instant serverAt)
      throws HlsFailure;
}
