package io.kvsinfer.worker.sample;

import io.kvsinfer.media.frame.EncodedFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Groups of pictures: a keyframe and what is decoded after it. */
public final class Groups {
  private static final Comparator<EncodedFrame> SHOWN =
      Comparator.comparing(f -> f.time().capturedAt());

  private Groups() {}

  /** The first keyframe; null when there is none. */
  public static @Nullable EncodedFrame keyframe(List<EncodedFrame> frames) {
    return frames.stream().filter(f -> f.time().keyframe()).findFirst().orElse(null);
  }

  /** How many frames of a plan are looked at, {@code but} not counted. */
  public static int looksBut(List<PlannedFrame> plan, @Nullable EncodedFrame but) {
    return (int)
        plan.stream()
            .filter(p -> p.decision() == Decision.DECODE_AND_LOOK && !p.frame().equals(but))
            .count();
  }

  /** Capture time of the frame shown last. */
  public static Instant end(List<EncodedFrame> frames) {
    return Collections.max(frames, SHOWN).time().capturedAt();
  }

  /** From the first to past the last frame, in seconds of capture time; 0 for a single one. */
  static double seconds(List<EncodedFrame> group) {
    Instant from = Collections.min(group, SHOWN).time().capturedAt();
    double between = Duration.between(from, end(group)).toNanos() / 1e9;
    return group.size() < 2 ? 0 : between * group.size() / (group.size() - 1);
  }
}
