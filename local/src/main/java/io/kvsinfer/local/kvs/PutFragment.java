package io.kvsinfer.local.kvs;

import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.mkv.MatroskaEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A fragment that is coming in. Matroska has times of presentation only. */
final class PutFragment {
  private static final long MS = 1000;

  private final long timecodeMs;
  private final Instant arrived;
  private final String number;
  private final List<MatroskaEvent.Frame> frames = new ArrayList<>();
  private long bytes;
  private long lastShownMs;

  /**
   * @param number what it will be numbered, as its first acknowledgement says
   */
  PutFragment(long timecodeMs, Instant arrived, String number) {
    this.timecodeMs = timecodeMs;
    this.arrived = arrived;
    this.number = number;
  }

  /** False where the first frame is no keyframe. */
  boolean add(MatroskaEvent.Frame frame) {
    if (frames.isEmpty() && !frame.keyframe()) {
      return false;
    }
    lastShownMs = frames.isEmpty() ? frame.timecodeMs() : Math.max(lastShownMs, frame.timecodeMs());
    frames.add(frame);
    bytes += frame.data().length;
    return true;
  }

  long timecodeMs() {
    return timecodeMs;
  }

  Instant arrived() {
    return arrived;
  }

  String number() {
    return number;
  }

  long bytes() {
    return bytes;
  }

  int frames() {
    return frames.size();
  }

  /**
   * The newest frame as a reader sees it before the rest is there; only its presentation counts.
   */
  Sample shown(MatroskaEvent.Frame frame) {
    long us = (frame.timecodeMs() - frames.getFirst().timecodeMs()) * MS;
    return new Sample(frame.data(), us, us, frame.keyframe());
  }

  boolean isEmpty() {
    return frames.isEmpty();
  }

  /** From the first frame shown to the last one, in milliseconds. */
  long spanMs() {
    return frames.isEmpty() ? 0 : lastShownMs - frames.getFirst().timecodeMs();
  }

  /**
   * Up to the next fragment where that follows on at once, else for the last frame as long as the
   * frames take on average.
   */
  long durationUs(long nextTimecodeMs) {
    long frameMs = frames.size() > 1 ? Math.max(1, spanMs() / (frames.size() - 1)) : 40;
    long toNextMs = nextTimecodeMs - frames.getFirst().timecodeMs();
    boolean follows = toNextMs > spanMs() && toNextMs <= spanMs() + 2 * frameMs;
    return (follows ? toNextMs : spanMs() + frameMs) * MS;
  }

  /** As {@link Fragment} wants them; decoding times are the sorted times of presentation. */
  List<Sample> samples() {
    long zero = frames.getFirst().timecodeMs();
    long[] decode = frames.stream().mapToLong(f -> f.timecodeMs() - zero).sorted().toArray();
    long late = 0;
    for (int i = 0; i < decode.length; i++) {
      late = Math.max(late, decode[i] - (frames.get(i).timecodeMs() - zero));
    }
    List<Sample> samples = new ArrayList<>(decode.length);
    for (int i = 0; i < decode.length; i++) {
      MatroskaEvent.Frame frame = frames.get(i);
      samples.add(
          new Sample(
              frame.data(),
              (decode[i] - late) * MS,
              (frame.timecodeMs() - zero) * MS,
              frame.keyframe()));
    }
    return samples;
  }
}
