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
   * A fragment on its way.
   *
   * @param clipSeconds as in {@link Fed}; NaN for media of another clip
   */
  record Parcel(
      Instant producer,
      Instant arrived,
      VideoTrack track,
      List<Sample> samples,
      long durationUs,
      double clipSeconds,
      int loop) {
    private Parcel skewed(Duration by) {
      return new Parcel(producer.plus(by), arrived, track, samples, durationUs, clipSeconds, loop);
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

  /** Sends a fragment, as the faults that are due to it will have it. */
  void send(Parcel parcel, List<Effect.CameraFault> due) {
    Parcel sent = parcel;
    boolean lost = false;
    boolean twice = false;
    boolean held = false;
    for (Effect.CameraFault fault : due) {
      switch (fault) {
        case Effect.Gap gap -> lost = true;
        case Effect.Duplicate duplicate -> twice = true;
        case Effect.Reorder reorder -> held = late == null;
        case Effect.ClockSkew skew -> sent = sent.skewed(skew.by());
        case Effect.CodecChange played -> {}
        case Effect.Silence kept -> {}
      }
    }
    if (lost) {
      return;
    }
    if (held) {
      late = sent;
      return;
    }
    ingest(sent);
    if (twice) {
      ingest(sent);
    }
    end();
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
    Fragment fragment =
        stream.ingest(
            parcel.producer,
            parcel.arrived,
            clock.instant(),
            parcel.track,
            parcel.samples,
            parcel.durationUs);
    if (!Double.isNaN(parcel.clipSeconds)) {
      fed.add(new Fed(fragment.number(), parcel.producer, parcel.clipSeconds, parcel.loop));
    }
  }

  List<Fed> fed() {
    return List.copyOf(fed);
  }
}
