package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.FrameTime;

/**
 * A decoded picture in native memory, reference-counted: whoever keeps it beyond a call takes a
 * {@link #retain} and closes that. Thread-safe to read; not to be used after its last close.
 */
public interface VideoFrame extends AutoCloseable {
  /** Pixels. */
  int width();

  /** Pixels. */
  int height();

  FrameTime time();

  /** Another reference to the same picture, to be closed on its own. */
  VideoFrame retain();

  /** Packed BGR bytes, {@code height × width × 3}, without padding. Converts at every call. */
  byte[] toBgr();

  /**
   * Packed BGR bytes of a part of the picture, with the colours that {@link #toBgr()} gives it,
   * without converting the rest.
   *
   * @param left multiple of 4, so that no format's colours are cut between two pixels
   * @param top multiple of 4
   * @throws IllegalArgumentException when the part is empty or not within the picture
   */
  byte[] toBgr(int left, int top, int width, int height);

  @Override
  void close();
}
