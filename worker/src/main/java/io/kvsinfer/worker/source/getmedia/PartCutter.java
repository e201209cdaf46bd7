package io.kvsinfer.worker.source.getmedia;

import io.kvsinfer.media.frame.EncodedFrame;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts frames, as they come in decoding order, into parts of which each is shown wholly before the
 * next. A frame that is shown later than all before it begins a part: frames of a bidirectional
 * group follow the one they lead up to. Where a whole fragment had its frames in the order of
 * presentation, the next ones are not held back until the frame after them. Used by one thread.
 */
final class PartCutter {
  private final List<EncodedFrame> held = new ArrayList<>();
  private @Nullable Instant latest;
  private boolean reordered;
  private boolean inOrder;

  /** Takes a frame; gives the part that is done by it, empty for none. */
  List<EncodedFrame> add(EncodedFrame frame) {
    Instant at = frame.time().capturedAt();
    boolean later = latest == null || at.isAfter(latest);
    List<EncodedFrame> done = later ? flush() : List.of();
    if (later) {
      latest = at;
    } else {
      reordered = true;
      inOrder = false;
    }
    held.add(frame);
    return inOrder && done.isEmpty() ? flush() : done;
  }

  /** The fragment is whole: what was held back. */
  List<EncodedFrame> end() {
    inOrder = !reordered;
    reordered = false;
    latest = null;
    return flush();
  }

  /** The fragment broke off: what was held back is forgotten. */
  void breakOff() {
    held.clear();
    latest = null;
    reordered = false;
  }

  private List<EncodedFrame> flush() {
    List<EncodedFrame> part = List.copyOf(held);
    held.clear();
    return part;
  }
}
