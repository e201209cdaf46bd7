package io.kvsinfer.worker.app;

import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.source.SourceEvent;
import java.time.Instant;
import java.util.ArrayDeque;

/**
 * Between decoding and looking, in presentation order. Few frames wait here, since each is a
 * picture in native memory; when there is no room the decoder waits. Nothing is dropped here.
 */
final class LookQueue {
  /** What passes from the decoder to the detectors. */
  sealed interface Item {
    /**
     * A frame to look at; whoever takes it closes it.
     *
     * @param late caught up, not seen live
     */
    record Look(VideoFrame frame, boolean late) implements Item {}

    /** Every frame of this fragment has passed. */
    record FragmentDone(String number, Instant capturedAt) implements Item {}

    /** Media that was not read. */
    record Missing(SourceEvent.Gap gap) implements Item {}

    /**
     * Looking takes too long.
     *
     * @param step as {@code kvs_infer_quality_step}; 0 = no more so
     * @param frames of the sampling grid that were left out
     */
    record Overload(int step, int frames) implements Item {}

    /** Frames of the sampling grid left out because nothing moves. */
    record Idle(int frames) implements Item {}

    /** A frame that could not be decoded. */
    record Undecodable(String reason) implements Item {}

    /** The stream ended, or the camera drains. */
    record Finished() implements Item {}
  }

  private final int capacity;
  private final ArrayDeque<Item> items = new ArrayDeque<>();
  private int looks;
  private int unseen;
  private boolean engaged;
  private boolean closed;

  /**
   * @param capacity frames that may wait
   */
  LookQueue(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Adds an item; a frame waits for room. Once closed, it is given up.
   *
   * @throws InterruptedException while waiting; the frame then still is the caller's to close
   */
  synchronized void put(Item item) throws InterruptedException {
    if (item instanceof Item.Look look) {
      while (!closed && looks >= capacity) {
        wait();
      }
      if (closed) {
        look.frame().close();
        return;
      }
      looks++;
      unseen++;
    }
    if (closed) {
      return;
    }
    items.add(item);
    notifyAll();
  }

  /** Adds the end without waiting. */
  synchronized void finish() {
    items.add(new Item.Finished());
    notifyAll();
  }

  /** The oldest item, waiting for one; {@link Item.Finished} once closed. */
  synchronized Item take() throws InterruptedException {
    while (!closed && items.isEmpty()) {
      wait();
    }
    Item item = items.poll();
    if (item instanceof Item.Look) {
      looks--;
    }
    notifyAll();
    return item == null ? new Item.Finished() : item;
  }

  /**
   * The frame taken last has been looked at.
   *
   * @param calls whether what was seen so far calls for every frame of the grid
   */
  synchronized void looked(boolean calls) {
    unseen--;
    engaged = calls;
    notifyAll();
  }

  /**
   * Waits until every frame put was looked at.
   *
   * @return what the last {@link #looked} said; false once closed
   */
  synchronized boolean engaged() throws InterruptedException {
    while (!closed && unseen > 0) {
      wait();
    }
    return !closed && engaged;
  }

  /** Ends the queue: waiting frames are closed and given up. */
  synchronized void close() {
    closed = true;
    for (Item item : items) {
      if (item instanceof Item.Look look) {
        look.frame().close();
      }
    }
    items.clear();
    looks = 0;
    notifyAll();
  }
}
