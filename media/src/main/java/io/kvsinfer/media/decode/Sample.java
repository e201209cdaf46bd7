package io.kvsinfer.media.decode;

/**
 * One access unit of a track, on the media's own timeline.
 *
 * @param data length-prefixed (AVCC) where the track has codec private data, else as the container
 *     holds it (Annex B for H.264 and H.265). Not copied: nobody may change it.
 * @param decodeUs when it is decoded, in microseconds
 * @param presentUs when its picture is shown, in microseconds
 * @param keyframe whether decoding can start here
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes a second pass here: not copied
public record Sample(byte[] data, long decodeUs, long presentUs, boolean keyframe) {
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
    return "Sample[%d B, decode %d us, present %d us%s]"
        .formatted(data.length, decodeUs, presentUs, keyframe ? ", keyframe" : "");
  }
}
