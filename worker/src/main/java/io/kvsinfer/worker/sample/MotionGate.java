package io.kvsinfer.worker.sample;

import io.kvsinfer.contract.settings.MotionSettings;
import io.kvsinfer.media.frame.EncodedFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a camera is awake, on capture time alone: after motion for a few seconds, and at its
 * beginning, when nothing is known. Asleep, one keyframe a second at most is decoded for motion,
 * and one in every heartbeat is looked at. Whoever decodes tells it what was seen: the same media
 * gives the same answers. One thread, but for {@link #change}.
 */
public final class MotionGate {
  /** How long a camera stays awake after the last motion. */
  static final Duration HOLD = Duration.ofSeconds(4);

  /** Heartbeats a sleeping camera waits for a keyframe to look at. */
  private static final double PATIENCE = 1.5;

  private static final double MOST_KEYFRAMES_PER_SECOND = 1;

  /** A clock that steps back further than this has been set anew. */
  private static final Duration CLOCK_RESET = Duration.ofSeconds(2);

  private volatile MotionZone zone;
  private @Nullable MotionZone measured;
  private final MotionSensitivity sensitivity;
  private final PacketSizes sizes;
  private final Duration patience;
  private final GridCursor heartbeat;
  private final GridCursor keyframes;
  private @Nullable MotionPicture size;
  private @Nullable MotionDetector detector;
  private @Nullable Instant newest;
  private @Nullable Instant awakeUntil;
  private @Nullable Instant lastMotion;
  private @Nullable Instant lastLook;

  /**
   * @param fps looked-at frames per second of an awake camera
   */
  public MotionGate(MotionSettings settings, double fps, MotionZone zone) {
    this.zone = zone;
    this.sensitivity = MotionSensitivity.of(settings.sensitivity());
    this.sizes = new PacketSizes(sensitivity);
    this.patience = Duration.ofNanos(Math.round(PATIENCE * settings.heartbeatSeconds() * 1e9));
    this.heartbeat = new GridCursor(SampleGrid.everySeconds(settings.heartbeatSeconds()));
    double beats = 1 / settings.heartbeatSeconds();
    this.keyframes =
        new GridCursor(SampleGrid.of(Math.min(fps, Math.max(MOST_KEYFRAMES_PER_SECOND, beats))));
  }

  /**
   * Whether a camera with these settings can save anything: it is switched on, and looks at more
   * than its heartbeats.
   */
  public static boolean worthwhile(MotionSettings settings, double fps) {
    return settings.enabled() && fps * settings.heartbeatSeconds() > 1;
  }

  /** Where motion counts from now on; from any thread. */
  public void change(MotionZone changed) {
    zone = changed;
  }

  /**
   * Begins a group of pictures with its keyframe.
   *
   * @return whether the camera is awake at its start as far as motion is known
   */
  public boolean begin(Instant at) {
    Instant last = newest;
    if (last == null || at.isBefore(last.minus(CLOCK_RESET))) {
      lastMotion = null;
      lastLook = null;
      wake(at);
    }
    newest = at;
    return awake(at);
  }

  /** Every frame of the group begun last is known: unless something moved, it is a quiet one. */
  public void ended(List<EncodedFrame> group) {
    if (newest != null && (lastMotion == null || lastMotion.isBefore(newest))) {
      sizes.learn(group);
    }
  }

  /** Whether the camera is awake at that time as far as motion is known. */
  public boolean awake(Instant at) {
    return awakeUntil == null || at.isBefore(awakeUntil);
  }

  /** Keeps it awake for a while. */
  public void wake(Instant at) {
    awakeUntil = at.plus(HOLD);
  }

  /** Whether the group is worth decoding to look for motion, by its sizes alone. */
  public boolean unusual(List<EncodedFrame> group) {
    return sizes.unusual(group);
  }

  /** Whether the keyframe of a sleeping camera is to be decoded. */
  public boolean decodesKeyframe(Instant at) {
    return keyframes.take(at);
  }

  /**
   * Looks for motion in a frame; motion wakes the camera.
   *
   * @param grey its brightness, row by row
   */
  public boolean measure(Instant at, MotionPicture picture, byte[] grey) {
    MotionDetector current = detector;
    MotionZone counting = zone;
    if (current == null || !picture.equals(size) || counting != measured) {
      current = new MotionDetector(picture, counting.cells(picture), sensitivity);
      detector = current;
      size = picture;
      measured = counting;
    }
    boolean moves = current.moves(at, grey);
    if (moves) {
      lastMotion = at;
      wake(at);
    }
    return moves;
  }

  /** Whether a frame is the first of its heartbeat; it counts as looked at from then on. */
  public boolean beats(Instant at) {
    boolean first = heartbeat.take(at);
    if (first) {
      lastLook = at;
    }
    return first;
  }

  /** Notes a look that was taken whatever the heartbeat. */
  public void looked(Instant at) {
    boolean _ = heartbeat.take(at);
    lastLook = at;
  }

  /**
   * Whether a sleeping camera has not been looked at for so long that the next keyframe cannot be
   * waited for: keyframes are further apart than heartbeats.
   */
  public boolean overdue(Instant at) {
    return lastLook != null && !at.isBefore(lastLook.plus(patience));
  }
}
