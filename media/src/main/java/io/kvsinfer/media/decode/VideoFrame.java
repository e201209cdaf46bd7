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

  @Override
  void close();
}
