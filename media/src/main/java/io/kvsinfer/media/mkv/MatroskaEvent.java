package io.kvsinfer.media.mkv;

import io.kvsinfer.media.frame.VideoTrack;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a Matroska stream says, in its order. */
public sealed interface MatroskaEvent {

  /**
   * A segment begins; in an answer of GetMedia there is one for each fragment.
   *
   * @param offset of its element in the stream, in bytes
   */
  record SegmentStart(long offset) implements MatroskaEvent {}

  /**
   * A video track of the segment.
   *
   * @param number by which its frames name it
   */
  record Track(VideoTrack track, int number) implements MatroskaEvent {}

  /**
   * One {@code Tags} element, its simple tags by name; a later one of the same name wins.
   *
   * @param tags in the order of the stream
   * @param afterCluster whether a cluster of the same segment came before
   */
  record Tags(Map<String, String> tags, boolean afterCluster) implements MatroskaEvent {
    public Tags {
      tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
    }
  }

  /**
   * A cluster begins.
   *
   * @param timecodeMs its time on the timeline of the segment, in milliseconds
   */
  record ClusterStart(long timecodeMs) implements MatroskaEvent {}

  /**
   * One frame of a video track, in decoding order.
   *
   * @param data the access unit as it stands in the stream. Not copied: nobody may change it.
   * @param timecodeMs when it is shown: the cluster's time and its own, in milliseconds
   * @param keyframe as the stream marks it
   */
  @SuppressWarnings("ArrayRecordComponent") // megabytes a second pass here: not copied
  record Frame(byte[] data, long timecodeMs, boolean keyframe, int trackNumber)
      implements MatroskaEvent {
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
      return "Frame[%d B at %d ms, track %d%s]"
          .formatted(data.length, timecodeMs, trackNumber, keyframe ? ", keyframe" : "");
    }
  }

  /**
   * No more bytes.
   *
   * @param truncated whether they ended inside an element
   * @param offset bytes of the whole stream
   */
  record End(boolean truncated, long offset) implements MatroskaEvent {}
}
