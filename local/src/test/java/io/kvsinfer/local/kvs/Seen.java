package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.media.mkv.MatroskaEvent;
import io.kvsinfer.media.mkv.MatroskaReader;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A fragment as a reader of Matroska sees it: tags before and after its cluster, and its frames.
 */
record Seen(Map<String, String> before, Map<String, String> after, List<byte[]> frames) {

  String number() {
    return String.valueOf(before.get(MkvAnswer.TAG + "FRAGMENT_NUMBER"));
  }

  /** All of an answer, which must not be cut off. */
  static List<Seen> read(InputStream in) throws Exception {
    List<Seen> seen = new ArrayList<>();
    assertThat(into(seen, in).truncated()).isFalse();
    return seen;
  }

  /** Reads an answer up to its end or a fault. */
  static MatroskaEvent.End into(List<Seen> seen, InputStream in) throws Exception {
    MatroskaReader reader = new MatroskaReader(in);
    while (true) {
      switch (reader.next()) {
        case MatroskaEvent.SegmentStart s ->
            seen.add(new Seen(new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>()));
        case MatroskaEvent.Tags tags ->
            (tags.afterCluster() ? seen.getLast().after : seen.getLast().before)
                .putAll(tags.tags());
        case MatroskaEvent.Frame frame -> seen.getLast().frames.add(frame.data());
        case MatroskaEvent.Track track -> assertThat(track.number()).isEqualTo(1);
        case MatroskaEvent.ClusterStart cluster -> assertThat(cluster.timecodeMs()).isPositive();
        case MatroskaEvent.End end -> {
          return end;
        }
      }
    }
  }
}
