package io.kvsinfer.media.frame;

import java.util.Arrays;

/**
 * What a decoder must know before the first frame. Two tracks are equal when their values and the
 * bytes of their codec private data are; a change means a new decoder.
 *
 * @param codecPrivate avcC, hvcC, … as in MP4 and Matroska; empty where the stream is Annex B. Not
 *     copied: nobody may change it.
 * @param width coded width in pixels as the container says, 0 if unknown
 * @param height likewise
 * @param orientation what brings its pictures upright; decoders apply it
 */
@SuppressWarnings(
    "ArrayRecordComponent") // megabytes a second pass here: not copied, compared by hand
public record VideoTrack(
    Codec codec, byte[] codecPrivate, int width, int height, Orientation orientation) {
  /** A track whose pictures are stored upright, as cameras that stream have them. */
  public VideoTrack(Codec codec, byte[] codecPrivate, int width, int height) {
    this(codec, codecPrivate, width, height, Orientation.UPRIGHT);
  }

  /** The same, of a camera that was held so. */
  public VideoTrack held(Orientation so) {
    return new VideoTrack(codec, codecPrivate, width, height, so);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VideoTrack t
        && codec == t.codec
        && width == t.width
        && height == t.height
        && orientation.equals(t.orientation)
        && Arrays.equals(codecPrivate, t.codecPrivate);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * codec.hashCode() + Arrays.hashCode(codecPrivate))
        + width * 7919
        + height
        + orientation.hashCode();
  }

  @Override
  public String toString() {
    return codec + " " + width + "x" + height + " codecPrivate=" + codecPrivate.length + "B";
  }
}
