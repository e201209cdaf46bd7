package io.kvsinfer.worker.app;

import io.kvsinfer.media.frame.EncodedFrame;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The group of pictures that is coming in, kept so that a camera that wakes can decode it from its
 * keyframe on. One thread.
 */
final class GroupAtHand {
  private final List<EncodedFrame> frames = new ArrayList<>();
  private boolean cold = true;
  private @Nullable Instant notBefore;
  private @Nullable Instant decodedTo;

  /** A group begins; the frames of the one before are forgotten. */
  void begin(EncodedFrame key) {
    clear();
    frames.add(key);
  }

  void add(EncodedFrame frame) {
    frames.add(frame);
  }

  void clear() {
    frames.clear();
    decodedTo = null;
  }

  /** Frames so far, in decoding order. */
  List<EncodedFrame> frames() {
    return frames;
  }

  /** The decoder has been emptied: it goes on with a keyframe. */
  void rested() {
    cold = true;
  }

  /**
   * What a decoder is to be given so that it can go on with the frames to come; nothing where the
   * stream, or a gap in it, began in the middle of a group.
   *
   * @param newest capture time of the last picture that came out of the decoder
   */
  List<EncodedFrame> decode(Instant newest) {
    EncodedFrame key = frames.getFirst();
    if (!key.time().keyframe()) {
      return List.of();
    }
    Instant start = key.time().capturedAt();
    decodedTo = start.isAfter(newest) ? null : newest;
    notBefore = cold ? start : null;
    cold = false;
    return frames.stream().filter(f -> !leading(f)).toList();
  }

  /** Shown before the keyframe: it needs the group before, which a new start has not decoded. */
  boolean leading(EncodedFrame frame) {
    return notBefore != null && frame.time().capturedAt().isBefore(notBefore);
  }

  /** Whether a picture came out before, when less of the group was decoded. */
  boolean again(Instant capturedAt) {
    return decodedTo != null && !capturedAt.isAfter(decodedTo);
  }
}
