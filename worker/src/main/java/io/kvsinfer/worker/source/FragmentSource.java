package io.kvsinfer.worker.source;

import java.util.Optional;

/**
 * A stream of encoded frames with everything a network does to it. One thread calls {@link #next};
 * {@link #state}, {@link #trouble}, {@link #account}, {@link #gaps} and {@link #close} may be
 * called from any.
 */
public interface FragmentSource extends AutoCloseable {

  /**
   * The next thing that happened, waiting for it as long as it takes.
   *
   * @throws FrameSourceException once the source gave up (a permanent refusal, or more than the
   *     allowed failures in a row); after {@link #close} it returns {@link SourceEvent.End}
   * @throws InterruptedException when the calling thread is interrupted
   */
  SourceEvent next() throws InterruptedException;

  ConnectionState state();

  /**
   * Whether the connection is up and yet nothing new comes: the producer went silent. The state
   * stays {@link ConnectionState#CONNECTED}.
   */
  default boolean stalled() {
    return false;
  }

  /** Why the newest try failed; empty before one does and once media can be read again. */
  default Optional<String> trouble() {
    return Optional.empty();
  }

  /** What was read and what was not, so far. */
  SourceAccount account();

  /** What was not read, so far: every gap handed on, named. */
  GapAccount gaps();

  /** Ends reading, also a {@link #next} that waits. */
  @Override
  void close();
}
