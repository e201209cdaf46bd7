package io.kvsinfer.media.frame;

/**
 * One frame as it came over the network, in decoding order.
 *
 * @param data the access unit, length-prefixed (AVCC) where the track has codec private data, else
 *     Annex B. Not copied: nobody may change it.
 */
@SuppressWarnings(
    "ArrayRecordComponent") // megabytes a second pass here: not copied, compared by hand
public record EncodedFrame(VideoTrack track, byte[] data, FrameTime time) {
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return "EncodedFrame[%s, %d B, %s]".formatted(track.codec(), data.length, time);
  }
}
