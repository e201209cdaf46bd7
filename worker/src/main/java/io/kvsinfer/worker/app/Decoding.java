package io.kvsinfer.worker.app;

import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.worker.app.LookQueue.Item;
import io.kvsinfer.worker.sample.Decision;
import io.kvsinfer.worker.sample.PlannedFrame;
import io.kvsinfer.worker.sample.Sampler;
import io.kvsinfer.worker.source.FragmentDecoder;
import io.kvsinfer.worker.source.SourceEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The decoding thread's part: which frames are looked at, and where fragments end. */
final class Decoding implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Decoding.class);

  /** A fragment whose pictures are still to come out of the decoder. */
  private record Begun(String number, boolean late) {}

  private final String camera;
  private final Sampler sampler;
  private final LookQueue decoded;
  private final BooleanSupplier behind;
  private final FragmentDecoder decoder = new FragmentDecoder();
  private final Queue<Begun> begun = new ArrayDeque<>();
  private final Set<Instant> keyframes = new HashSet<>();
  private boolean overloaded;
  private boolean untilKeyframe;
  private @Nullable String lastBegun;

  /** The last fragment of which every frame was given. */
  private @Nullable String whole;

  private @Nullable String current;
  private boolean late;
  private Instant newest = Instant.EPOCH;

  /**
   * @param decoded takes the pictures to look at
   * @param behind whether live fragments wait to be decoded
   */
  Decoding(String camera, Sampler sampler, LookQueue decoded, BooleanSupplier behind) {
    this.camera = camera;
    this.sampler = sampler;
    this.decoded = decoded;
    this.behind = behind;
  }

  void fragment(SourceEvent.Fragment fragment) throws InterruptedException {
    if (fragment.number() != null) {
      begun.add(new Begun(fragment.number(), fragment.late()));
      whole = fragment.number();
    }
    List<PlannedFrame> plan = sampler.plan(fragment.frames());
    boolean hurried = !fragment.late() && behind.getAsBoolean();
    EncodedFrame key = hurried ? keyframe(fragment) : null;
    if (hurried || overloaded) {
      decoded.put(new Item.Overload(hurried ? leftOut(plan, key) : 0));
      overloaded = hurried;
    }
    if (key != null) {
      keyframes.add(key.time().capturedAt());
    }
    decoder.add(hurried ? Stream.ofNullable(key).toList() : wanted(plan));
    drain();
  }

  /**
   * Frames as they come. Nothing is left undecoded for not being looked at, since the frames after
   * it may need it; when the camera is behind, everything is until the next keyframe in time.
   */
  void part(SourceEvent.Part part) throws InterruptedException {
    if (!part.number().equals(lastBegun)) {
      begun.add(new Begun(part.number(), part.late()));
      lastBegun = part.number();
    }
    List<PlannedFrame> plan = sampler.plan(part.frames());
    List<EncodedFrame> decode = new ArrayList<>();
    int leftOut = 0;
    for (PlannedFrame planned : plan) {
      boolean keyframe = planned.frame().time().keyframe();
      boolean hurried = !part.late() && behind.getAsBoolean();
      untilKeyframe = hurried || (untilKeyframe && !keyframe);
      if (!untilKeyframe || keyframe) {
        decode.add(planned.frame());
      } else if (planned.decision() == Decision.DECODE_AND_LOOK) {
        leftOut++;
      }
      if (hurried && keyframe) {
        keyframes.add(planned.frame().time().capturedAt());
      }
    }
    if (untilKeyframe ? leftOut > 0 : overloaded) {
      decoded.put(new Item.Overload(leftOut));
    }
    overloaded = untilKeyframe;
    decoder.add(decode);
    drain();
  }

  /** Every frame of the fragment has been given. */
  void fragmentEnd(String number) {
    whole = number;
  }

  /** The frame to look at when there is time for one, whether or not it lies on the grid. */
  private static @Nullable EncodedFrame keyframe(SourceEvent.Fragment fragment) {
    return fragment.frames().stream().filter(f -> f.time().keyframe()).findFirst().orElse(null);
  }

  private static int leftOut(List<PlannedFrame> plan, @Nullable EncodedFrame key) {
    return (int)
        plan.stream()
            .filter(p -> p.decision() == Decision.DECODE_AND_LOOK && !p.frame().equals(key))
            .count();
  }

  private static List<EncodedFrame> wanted(List<PlannedFrame> plan) {
    return plan.stream()
        .filter(p -> p.decision() != Decision.DROP)
        .map(PlannedFrame::frame)
        .toList();
  }

  void end() throws InterruptedException {
    decoder.end();
    while (!decoder.ended()) {
      drain();
    }
    if (current != null && current.equals(whole)) {
      decoded.put(new Item.FragmentDone(current, newest));
    }
  }

  private void drain() throws InterruptedException {
    while (true) {
      try {
        VideoFrame picture = decoder.next();
        if (picture == null) {
          return;
        }
        pass(picture);
      } catch (MediaException e) {
        log.warn("camera {}: a frame could not be decoded: {}", camera, e.getMessage());
        decoded.put(new Item.Undecodable(String.valueOf(e.getMessage())));
      }
    }
  }

  private void pass(VideoFrame picture) throws InterruptedException {
    boolean taken = false;
    try {
      String number = picture.time().fragmentNumber();
      if (number != null && !number.equals(current)) {
        // Only now is every picture of the fragment before out of the decoder.
        if (current != null) {
          decoded.put(new Item.FragmentDone(current, newest));
        }
        current = number;
        late = isLate(number);
      }
      newest = picture.time().capturedAt();
      boolean planned = sampler.looksAt(picture.time());
      boolean only = keyframes.contains(newest);
      keyframes.removeIf(k -> !k.isAfter(newest));
      if (only || planned) {
        decoded.put(new Item.Look(picture, late));
        taken = true;
      }
    } finally {
      if (!taken) {
        picture.close();
      }
    }
  }

  /** Also forgets the fragments before it, of which no picture came. */
  private boolean isLate(String number) {
    if (begun.stream().noneMatch(b -> b.number().equals(number))) {
      return false;
    }
    while (true) {
      Begun next = begun.remove();
      if (next.number().equals(number)) {
        return next.late();
      }
    }
  }

  @Override
  public void close() {
    decoder.close();
  }
}
