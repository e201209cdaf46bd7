package io.kvsinfer.worker.source.file;

import io.kvsinfer.media.decode.FileDemuxer;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What FFmpeg can take apart, cut before each keyframe. Capture time is a given instant plus the
 * time since the first frame shown.
 */
final class DemuxedGroups implements FrameGroups {
  /** A group longer than this, or of more bytes, is handed on in parts. */
  private static final int MOST_FRAMES = 300;

  private static final long MOST_BYTES = 16L << 20;

  private final FileDemuxer demuxer;
  private final Instant start;
  private final List<Sample> waiting = new ArrayList<>();
  private long waitingBytes;
  private @Nullable MediaException damage;
  private @Nullable Long originUs;
  private boolean ended;

  DemuxedGroups(FileDemuxer demuxer, Instant start) {
    this.demuxer = demuxer;
    this.start = start;
  }

  @Override
  public @Nullable Group next() throws MediaException {
    while (!ended) {
      Sample sample = read();
      if (sample == null) {
        ended = true;
      } else if (!waiting.isEmpty()
          && (sample.keyframe() || waiting.size() >= MOST_FRAMES || waitingBytes >= MOST_BYTES)) {
        Group group = cut();
        hold(sample);
        return group;
      } else {
        hold(sample);
      }
    }
    if (!waiting.isEmpty()) {
      return cut();
    }
    if (damage != null) {
      MediaException told = damage;
      damage = null;
      throw told;
    }
    return null;
  }

  @Override
  public void close() {
    demuxer.close();
  }

  /** Damage is told after what was whole before it. */
  private @Nullable Sample read() {
    try {
      return demuxer.next();
    } catch (MediaException e) {
      damage = e;
      return null;
    }
  }

  private void hold(Sample sample) {
    waiting.add(sample);
    waitingBytes += sample.data().length;
  }

  private Group cut() {
    long first = waiting.stream().mapToLong(Sample::presentUs).min().orElse(0);
    Long known = originUs;
    long origin = known == null ? first : known;
    originUs = origin;
    List<EncodedFrame> frames = new ArrayList<>(waiting.size());
    for (Sample sample : waiting) {
      FrameTime time =
          new FrameTime(
              start.plus(sample.presentUs() - origin, ChronoUnit.MICROS),
              null,
              null,
              (sample.presentUs() - first) / 1000,
              sample.keyframe(),
              frames.isEmpty());
      frames.add(new EncodedFrame(demuxer.track(), sample.data(), time));
    }
    waiting.clear();
    waitingBytes = 0;
    return new Group(null, frames);
  }
}
