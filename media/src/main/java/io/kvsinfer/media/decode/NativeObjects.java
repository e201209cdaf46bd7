package io.kvsinfer.media.decode;

import java.util.concurrent.atomic.AtomicLong;

/** How much native memory this package holds, counted in objects that someone has to close. */
public final class NativeObjects {
  private static final AtomicLong OPEN = new AtomicLong();

  private NativeObjects() {}

  /**
   * Decoders, encoders, demuxers, scalers and pictures that are open now, in the whole process;
   * zero once everything is closed.
   */
  public static long open() {
    return OPEN.get();
  }

  static void opened() {
    OPEN.incrementAndGet();
  }

  static void closed() {
    OPEN.decrementAndGet();
  }
}
