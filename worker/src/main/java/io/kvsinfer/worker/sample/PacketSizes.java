package io.kvsinfer.worker.sample;

import io.kvsinfer.media.frame.EncodedFrame;
import java.util.List;

/**
 * What an encoder tells before anything is decoded: between keyframes it spends bytes on what
 * changes. A group of pictures is unusual when its busiest half second takes clearly more bytes
 * than those of quiet groups do. An encoder that keeps its rate constant tells nothing, and then no
 * group is unusual for long: what was unusual without any motion is learned as quiet. Not
 * thread-safe.
 */
final class PacketSizes {
  private static final double WINDOW_SECONDS = 0.5;
  private static final int LEAST_LEARNED = 3;
  private static final int MEMORY = 12;

  /** Sizes are told apart from this many bytes on. */
  private static final double LEAST_BYTES = 32;

  private final MotionSensitivity sensitivity;
  private double usual;
  private double deviation;
  private int learned;

  PacketSizes(MotionSensitivity sensitivity) {
    this.sensitivity = sensitivity;
  }

  /** Whether a group of pictures, in decoding order, has more to tell than quiet ones. */
  boolean unusual(List<EncodedFrame> group) {
    double needed =
        Math.max(StrictMath.log(sensitivity.sizeRatio()), sensitivity.sizeNoises() * deviation);
    return group.size() > 1 && learned >= LEAST_LEARNED && busiest(group) - usual > needed;
  }

  /** Takes a group in which nothing moved as quiet. */
  void learn(List<EncodedFrame> group) {
    if (group.size() < 2) {
      return;
    }
    double size = busiest(group);
    learned = Math.min(MEMORY, learned + 1);
    if (learned == 1) {
      usual = size;
    }
    double difference = size - usual;
    usual += difference / learned;
    deviation += (Math.abs(difference) - deviation) / learned;
  }

  /** Logarithm of the mean bytes a frame has in the busiest half second after the keyframe. */
  private static double busiest(List<EncodedFrame> group) {
    List<EncodedFrame> frames = group.subList(1, group.size());
    int window = Math.clamp(perWindow(group), 1, frames.size());
    long sum = 0;
    long most = 0;
    for (int i = 0; i < frames.size(); i++) {
      sum += frames.get(i).data().length;
      if (i >= window) {
        sum -= frames.get(i - window).data().length;
      }
      most = i >= window - 1 ? Math.max(most, sum) : most;
    }
    return StrictMath.log(LEAST_BYTES + (double) most / window);
  }

  private static int perWindow(List<EncodedFrame> group) {
    double seconds = Groups.seconds(group);
    return seconds <= 0 ? group.size() : (int) Math.round(WINDOW_SECONDS * group.size() / seconds);
  }
}
