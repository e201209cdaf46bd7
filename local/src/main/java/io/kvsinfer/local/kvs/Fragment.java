package io.kvsinfer.local.kvs;

import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.VideoTrack;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * One fragment as a stream keeps it.
 *
 * @param number decimal digits, larger for every later fragment of a stream
 * @param producerTimestamp when its first frame was captured, by the producer's clock
 * @param serverTimestamp when the first of it came in, by the server's clock
 * @param media samples in decoding order, the first one a keyframe shown at 0 µs; the others count
 *     from there, so a decoding time may be negative
 * @param durationUs from the first frame shown to the end of the last one, in microseconds
 */
public record Fragment(
    String number,
    Instant producerTimestamp,
    Instant serverTimestamp,
    VideoTrack track,
    FragmentMedia media,
    long durationUs) {
  public Fragment {
    if (durationUs <= 0) {
      throw new IllegalArgumentException(
          "fragment " + number + " lasts " + durationUs + " µs; it must last longer than 0");
    }
  }

  /** One that is in memory. */
  public Fragment(
      String number,
      Instant producerTimestamp,
      Instant serverTimestamp,
      VideoTrack track,
      List<Sample> samples,
      long durationUs) {
    this(
        number,
        producerTimestamp,
        serverTimestamp,
        track,
        new FragmentMedia.InMemory(samples),
        durationUs);
    if (samples.isEmpty()) {
      throw new IllegalArgumentException("fragment " + number + " has no frame");
    }
    if (!samples.getFirst().keyframe()) {
      throw new IllegalArgumentException("fragment " + number + " does not start with a keyframe");
    }
  }

  /** As {@link FragmentMedia#samples}. */
  public List<Sample> samples() {
    return media.samples();
  }

  /** Bytes of media in it. */
  public long bytes() {
    return media.bytes();
  }

  /** The same with its media in a file. */
  Fragment keptIn(Path folder) {
    return new Fragment(
        number,
        producerTimestamp,
        serverTimestamp,
        track,
        FragmentMedia.InFile.write(folder.resolve(number), samples()),
        durationUs);
  }

  Instant timestamp(TimestampType type) {
    return switch (type) {
      case PRODUCER_TIMESTAMP -> producerTimestamp;
      case SERVER_TIMESTAMP -> serverTimestamp;
    };
  }
}
