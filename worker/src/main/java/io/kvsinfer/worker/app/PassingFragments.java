package io.kvsinfer.worker.app;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Fragments between being handed to a decoder and all their pictures being out of it. One thread.
 */
final class PassingFragments {
  private record Begun(String number, boolean late) {}

  private final Queue<Begun> begun = new ArrayDeque<>();
  private @Nullable String lastBegun;

  /** The last fragment of which every frame was given. */
  private @Nullable String whole;

  private @Nullable String current;
  private boolean late;

  /** Frames of a fragment are given to the decoder; again for each part of one. */
  void begin(String number, boolean isLate) {
    if (!number.equals(lastBegun)) {
      begun.add(new Begun(number, isLate));
      lastBegun = number;
    }
  }

  /** Every frame of the fragment was given. */
  void whole(String number) {
    whole = number;
  }

  /**
   * A picture of a fragment came out.
   *
   * @return the fragment before, of which every picture is out by that; null when it is the same
   */
  @Nullable String passing(String number) {
    if (number.equals(current)) {
      return null;
    }
    String before = current;
    current = number;
    late = takeLate(number);
    return before;
  }

  /** Every picture of the fragment is out; it is not told of again. */
  void passed(String number) {
    if (number.equals(current)) {
      current = null;
    }
  }

  /** Whether the fragment of the last picture was read to catch up. */
  boolean late() {
    return late;
  }

  /** No more pictures come: the last fragment, if every frame of it was given. */
  @Nullable String end() {
    return current != null && current.equals(whole) ? current : null;
  }

  /** Also forgets the fragments before it, of which no picture came. */
  private boolean takeLate(String number) {
    if (begun.stream().noneMatch(b -> b.number().equals(number))) {
      return late;
    }
    while (true) {
      Begun next = begun.remove();
      if (next.number().equals(number)) {
        return next.late();
      }
    }
  }
}
