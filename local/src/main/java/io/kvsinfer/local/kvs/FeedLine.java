package io.kvsinfer.local.kvs;

import io.kvsinfer.local.fault.Effect;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.VideoTrack;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The way from a camera that is a file into its stream, where faults may meet a fragment. */
final class FeedLine {
  /**
   * What is known of a fragment when it begins.
   *
   * @param clipSeconds as in {@link Fed}; NaN for media of another clip
   */
  record Head(Instant producer, Instant arrived, VideoTrack track, double clipSeconds, int loop) {
    private Head skewed(Duration by) {
      return new Head(producer.plus(by), arrived, track, clipSeconds, loop);
    }
  }

  private record Parcel(Head head, List<Sample> samples, long durationUs) {}

  /** A fragment on its way, as the faults that are due to it will have it. */
  final class Way {
    private final Head head;
    private final boolean lost;
    private final boolean twice;
    private final boolean held;
    private final @Nullable ComingFragment coming;

    private Way(Head head, List<Effect.CameraFault> due) {
      Head sent = head;
      boolean gap = false;
      boolean duplicate = false;
      boolean reorder = false;
      for (Effect.CameraFault fault : due) {
        switch (fault) {
          case Effect.Gap g -> gap = true;
          case Effect.Duplicate d -> duplicate = true;
          case Effect.Reorder r -> reorder = late == null;
          case Effect.ClockSkew skew -> sent = sent.skewed(skew.by());
          case Effect.CodecChange played -> {}
          case Effect.Silence kept -> {}
        }
      }
      this.head = sent;
      this.lost = gap;
      this.twice = duplicate;
      this.held = reorder;
      this.coming =
          lost || held
              ? null
              : stream
                  .begin(stream.numberFor(clock.instant()), sent.producer, sent.arrived, sent.track)
                  .orElse(null);
    }

    /** The next frame in decoding order was captured. */
    void frame(Sample sample) {
      if (coming != null) {
        coming.add(sample);
      }
    }

    /** All of it was captured. */
    void whole(List<Sample> samples, long durationUs) {
      Parcel parcel = new Parcel(head, samples, durationUs);
      if (lost) {
        return;
      }
      if (held) {
        late = parcel;
        return;
      }
      if (coming == null) {
        ingest(parcel);
      } else {
        note(stream.finish(coming, samples, durationUs), head);
      }
      if (twice) {
        ingest(parcel);
      }
      end();
    }

    /** The camera ends in the middle of it. */
    void brokeOff() {
      if (coming != null) {
        stream.giveUp(coming);
      }
    }
  }

  private final VideoStream stream;
  private final InstantSource clock;
  private final List<Fed> fed = new CopyOnWriteArrayList<>();
  private @Nullable Parcel late;

  FeedLine(VideoStream stream, InstantSource clock) {
    this.stream = stream;
    this.clock = clock;
  }

  /** A fragment begins to be captured. */
  Way begin(Head head, List<Effect.CameraFault> due) {
    return new Way(head, due);
  }

  /** Sends what is still held back. */
  void end() {
    Parcel held = late;
    late = null;
    if (held != null) {
      ingest(held);
    }
  }

  private void ingest(Parcel parcel) {
    Head head = parcel.head;
    note(
        stream.ingest(
            head.producer,
            head.arrived,
            clock.instant(),
            head.track,
            parcel.samples,
            parcel.durationUs),
        head);
  }

  private void note(Fragment fragment, Head head) {
    if (!Double.isNaN(head.clipSeconds)) {
      fed.add(new Fed(fragment.number(), head.producer, head.clipSeconds, head.loop));
    }
  }

  List<Fed> fed() {
    return List.copyOf(fed);
  }
}
