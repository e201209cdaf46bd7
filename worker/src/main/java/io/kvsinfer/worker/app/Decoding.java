package io.kvsinfer.worker.app;

import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.worker.app.LookQueue.Item;
import io.kvsinfer.worker.sample.Decision;
import io.kvsinfer.worker.sample.Groups;
import io.kvsinfer.worker.sample.MotionGate;
import io.kvsinfer.worker.sample.PlannedFrame;
import io.kvsinfer.worker.sample.Sampler;
import io.kvsinfer.worker.source.FragmentDecoder;
import io.kvsinfer.worker.source.SourceEvent;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decoding thread's part: which frames are decoded and looked at, and where fragments end. A
 * camera whose {@link MotionGate} sleeps decodes keyframes only; when something moves in one, or a
 * detector sees something in it, its group of pictures is decoded at once. What a detector sees is
 * waited for only where it decides, so that the same media always gives the same looks.
 */
final class Decoding implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Decoding.class);

  /** What becomes of the pictures that come out of the decoder. */
  private enum Mode {
    /** Those on the grid are looked at. */
    AWAKE,
    /** Those on the grid are measured for motion, and looked at from then on. */
    SEARCHING,
    /** Keyframes are measured, and looked at when they move or a heartbeat is due. */
    ASLEEP
  }

  /** A network that is too slow leaves a fragment out of every few. */
  private static final int SCARCE_FRAGMENTS = 6;

  private final String camera;
  private final Sampler sampler;
  private final @Nullable MotionGate gate;
  private final LookQueue decoded;
  private final IntSupplier quality;
  private final FragmentDecoder decoder = new FragmentDecoder();
  private final Brightness brightness = new Brightness();
  private final PassingFragments fragments = new PassingFragments();
  private final Set<Instant> keyframes = new HashSet<>();
  private final Set<Instant> beats = new HashSet<>();

  private final GroupAtHand group = new GroupAtHand();

  private Mode mode = Mode.AWAKE;
  private int left;
  private boolean overloaded;

  /** Fragments yet to be read before media that was left out no longer shows. */
  private int scarce;

  private boolean untilKeyframe;
  private Instant newestGiven = Instant.EPOCH;

  private Instant newest = Instant.EPOCH;
  private @Nullable Instant looked;

  /**
   * @param gate null = always awake
   * @param decoded takes the pictures to look at
   * @param quality step of quality that live frames are looked at with, as {@link Viewing} has them
   */
  Decoding(
      String camera,
      Sampler sampler,
      @Nullable MotionGate gate,
      LookQueue decoded,
      IntSupplier quality) {
    this.camera = camera;
    this.sampler = sampler;
    this.gate = gate;
    this.decoded = decoded;
    this.quality = quality;
  }

  void fragment(SourceEvent.Fragment fragment) throws InterruptedException {
    if (fragment.number() != null) {
      fragments.begin(fragment.number(), fragment.late());
      fragments.whole(fragment.number());
    }
    int step = fragment.late() ? Viewing.EVERY_FRAME : quality.getAsInt();
    sampler.thin(step == Viewing.FEWER);
    List<PlannedFrame> plan = sampler.plan(fragment.frames());
    boolean hurried = step == Viewing.KEYFRAMES;
    int shown = shown(step);
    EncodedFrame key = hurried ? Groups.keyframe(fragment.frames()) : null;
    if (shown != Viewing.EVERY_FRAME || overloaded) {
      int leftOut = hurried ? Groups.looksBut(plan, key) : sampler.leftOut();
      decoded.put(new Item.Overload(shown, leftOut));
      overloaded = shown != Viewing.EVERY_FRAME;
    }
    read();
    if (hurried) {
      if (key != null) {
        hurry(key);
      }
    } else {
      for (PlannedFrame planned : plan) {
        frame(planned, planned.decision() != Decision.DROP);
      }
      if (mode == Mode.ASLEEP) {
        finished(fragment.number(), Groups.end(fragment.frames()));
      }
    }
  }

  /**
   * Frames as they come. Nothing is left undecoded for not being looked at, since the frames after
   * it may need it; when the camera is behind, everything is until the next keyframe in time.
   */
  void part(SourceEvent.Part part) throws InterruptedException {
    fragments.begin(part.number(), part.late());
    newestGiven = Groups.end(part.frames());
    int step = part.late() ? Viewing.EVERY_FRAME : quality.getAsInt();
    boolean hurried = step == Viewing.KEYFRAMES;
    sampler.thin(step == Viewing.FEWER);
    List<PlannedFrame> plan = sampler.plan(part.frames());
    int leftOut = sampler.leftOut();
    for (PlannedFrame planned : plan) {
      boolean keyframe = planned.frame().time().keyframe();
      untilKeyframe = hurried || (untilKeyframe && !keyframe);
      if (!untilKeyframe) {
        frame(planned, true);
      } else if (keyframe) {
        hurry(planned.frame());
      } else if (planned.decision() == Decision.DECODE_AND_LOOK) {
        leftOut++;
      }
    }
    int shown = shown(untilKeyframe ? Viewing.KEYFRAMES : step);
    boolean reduced = shown != Viewing.EVERY_FRAME;
    if (reduced ? leftOut > 0 : overloaded) {
      decoded.put(new Item.Overload(shown, leftOut));
    }
    overloaded = reduced;
  }

  /** Every frame of the fragment has been given. */
  void fragmentEnd(String number) throws InterruptedException {
    fragments.whole(number);
    read();
    if (mode == Mode.ASLEEP) {
      finished(number, newestGiven);
    }
  }

  /** Media that was not read; where it was too much for somebody, that shows for a while. */
  void gap(SourceEvent.Gap gap) throws InterruptedException {
    decoded.put(new Item.Missing(gap));
    if (gap.reason() == SourceEvent.GapReason.OVERLOAD) {
      scarce = SCARCE_FRAGMENTS;
      overloaded = true;
      decoded.put(new Item.Overload(Viewing.LEFT_OUT, 0));
    }
  }

  private int shown(int step) {
    return scarce > 0 ? Viewing.LEFT_OUT : step;
  }

  /** A fragment was read. */
  private void read() {
    scarce = Math.max(0, scarce - 1);
  }

  /** A keyframe is looked at whether or not it lies on the grid, and nothing after it. */
  private void hurry(EncodedFrame keyframe) throws InterruptedException {
    mode = Mode.AWAKE;
    group.clear();
    keyframes.add(keyframe.time().capturedAt());
    decode(keyframe);
  }

  /**
   * @param needed whether a frame that is looked at cannot be decoded without it
   */
  private void frame(PlannedFrame planned, boolean needed) throws InterruptedException {
    if (gate == null) {
      if (needed) {
        decode(planned.frame());
      }
    } else if (planned.frame().time().keyframe()) {
      begin(gate, planned);
    } else {
      goOn(gate, planned, needed);
    }
  }

  /** A group of pictures begins. */
  private void begin(MotionGate gate, PlannedFrame planned) throws InterruptedException {
    EncodedFrame key = planned.frame();
    Instant start = key.time().capturedAt();
    leave();
    gate.ended(group.frames());
    group.begin(key);
    boolean awake = gate.begin(start);
    if (!awake) {
      rest();
      awake = gate.awake(start) || decoded.engaged();
    }
    if (!awake) {
      mode = Mode.ASLEEP;
      if (gate.decodesKeyframe(start)) {
        decode(key);
        rest();
        awake = gate.awake(start) || decoded.engaged();
      }
    }
    if (awake) {
      mode = Mode.AWAKE;
      decodeGroup();
    } else if (!start.equals(looked)) {
      left = looks(planned);
    }
  }

  /** A group of pictures goes on; a sleeping camera may not have decoded any of it. */
  private void goOn(MotionGate gate, PlannedFrame planned, boolean needed)
      throws InterruptedException {
    EncodedFrame frame = planned.frame();
    group.add(frame);
    if (mode != Mode.ASLEEP) {
      if (needed && !group.leading(frame)) {
        decode(frame);
      }
    } else if (gate.unusual(group.frames())) {
      mode = Mode.SEARCHING;
      left = 0;
      decodeGroup();
    } else if (gate.overdue(frame.time().capturedAt())) {
      beats.add(frame.time().capturedAt());
      decodeGroup();
      rest();
      if (decoded.engaged()) {
        mode = Mode.AWAKE;
        decodeGroup();
      }
    } else {
      left += looks(planned);
    }
  }

  /** Decodes what there is of the group, from its keyframe on. */
  private void decodeGroup() throws InterruptedException {
    for (EncodedFrame frame : group.decode(newest)) {
      decode(frame);
    }
  }

  /** Everything sent comes out, so that what it shows is known; the next group starts anew. */
  private void rest() throws InterruptedException {
    decoder.rest();
    drain();
    group.rested();
  }

  private static int looks(PlannedFrame planned) {
    return planned.decision() == Decision.DECODE_AND_LOOK ? 1 : 0;
  }

  /** Tells what was left out so far. */
  private void leave() throws InterruptedException {
    if (left > 0) {
      decoded.put(new Item.Idle(left));
      left = 0;
    }
  }

  /** Nothing of the fragment is left in the decoder. */
  private void finished(@Nullable String number, Instant last) throws InterruptedException {
    leave();
    if (number != null) {
      done(fragments.passing(number));
      fragments.passed(number);
      decoded.put(new Item.FragmentDone(number, last));
    }
  }

  private void done(@Nullable String number) throws InterruptedException {
    if (number != null) {
      decoded.put(new Item.FragmentDone(number, newest));
    }
  }

  void end() throws InterruptedException {
    decoder.end();
    while (!decoder.ended()) {
      drain();
    }
    leave();
    done(fragments.end());
  }

  private void decode(EncodedFrame frame) throws InterruptedException {
    decoder.add(List.of(frame));
    drain();
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
      if (number != null) {
        done(fragments.passing(number));
      }
      newest = picture.time().capturedAt();
      if (!group.again(newest) && looksAt(picture)) {
        looked = newest;
        if (gate != null) {
          gate.looked(newest);
        }
        decoded.put(new Item.Look(picture, fragments.late()));
        taken = true;
      }
    } finally {
      if (!taken) {
        picture.close();
      }
    }
  }

  private boolean looksAt(VideoFrame picture) {
    Instant at = picture.time().capturedAt();
    boolean only = keyframes.contains(at);
    keyframes.removeIf(k -> !k.isAfter(at));
    boolean beat = beats.contains(at);
    beats.removeIf(b -> !b.isAfter(at));
    boolean key = mode == Mode.ASLEEP && picture.time().keyframe();
    boolean chosen = (mode != Mode.ASLEEP && sampler.looksAt(picture.time())) || only;
    if (gate == null || !(chosen || key)) {
      return chosen || beat;
    }
    boolean moves = brightness.measure(gate, picture);
    return switch (mode) {
      case AWAKE -> true;
      case SEARCHING -> gate.awake(at) || left();
      case ASLEEP -> moves || gate.beats(at);
    };
  }

  /** A frame of the grid in which nothing moves. */
  private boolean left() {
    left++;
    return false;
  }

  @Override
  public void close() {
    decoder.close();
    brightness.close();
  }
}
