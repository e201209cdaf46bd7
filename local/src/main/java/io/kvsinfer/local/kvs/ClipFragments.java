package io.kvsinfer.local.kvs;

import io.kvsinfer.media.decode.FileDemuxer;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.VideoTrack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a file into fragments at its keyframes. A fragment ends at the first keyframe that is at
 * least the shortest length after its own; a longer distance between keyframes is kept as it is.
 */
final class ClipFragments implements AutoCloseable {
  /**
   * Media between two cuts.
   *
   * @param startUs from the first frame shown of the clip, in microseconds
   * @param samples as in {@link Fragment}
   */
  record Cut(long startUs, long durationUs, List<Sample> samples) {}

  private final FileDemuxer file;
  private final long shortestUs;
  private @Nullable Sample ahead;
  private long zeroUs;
  private boolean begun;

  ClipFragments(Path path, long shortestUs) throws MediaException {
    this.file = FileDemuxer.open(path.toString());
    this.shortestUs = shortestUs;
  }

  VideoTrack track() {
    return file.track();
  }

  /** The next one; empty at the end of the file. */
  Optional<Cut> next() throws MediaException {
    if (!begun) {
      begun = true;
      do {
        ahead = file.next();
      } while (ahead != null && !ahead.keyframe());
      zeroUs = ahead == null ? 0 : ahead.presentUs();
    }
    Sample first = ahead;
    if (first == null) {
      return Optional.empty();
    }
    List<Sample> samples = new ArrayList<>();
    long lastShownUs = first.presentUs();
    Sample next = first;
    do {
      samples.add(next);
      lastShownUs = Math.max(lastShownUs, next.presentUs());
      next = file.next();
    } while (next != null
        && !(next.keyframe() && next.presentUs() - first.presentUs() >= shortestUs));
    ahead = next;
    long span = lastShownUs - first.presentUs();
    long durationUs =
        next != null
            ? next.presentUs() - first.presentUs()
            : span + (samples.size() > 1 ? span / (samples.size() - 1) : shortestUs);
    return Optional.of(
        new Cut(first.presentUs() - zeroUs, durationUs, from(first.presentUs(), samples)));
  }

  private static List<Sample> from(long zeroUs, List<Sample> samples) {
    return samples.stream()
        .map(s -> new Sample(s.data(), s.decodeUs() - zeroUs, s.presentUs() - zeroUs, s.keyframe()))
        .toList();
  }

  @Override
  public void close() {
    file.close();
  }
}
