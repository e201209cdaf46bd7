package io.kvsinfer.worker.source.hls;

import java.util.Optional;

/**
 * Where HLS sessions of one stream come from. Opened by one thread; closed by any, with the source
 * that uses it.
 */
public interface HlsSessions extends AutoCloseable {

  /**
   * Opens a session.
   *
   * @throws io.kvsinfer.worker.source.FrameSourceException with a message that says what to do;
   *     permanent where trying again is of no use
   */
  HlsSession open(Playback playback);

  /**
   * Opens a session that lists the same fragments in the order in which KVS took them in, its times
   * being KVS's own; empty where nobody knows that order.
   *
   * @throws io.kvsinfer.worker.source.FrameSourceException likewise
   */
  default Optional<HlsSession> openByArrival(Playback playback) {
    return Optional.empty();
  }

  /** Whether {@link Playback.Replay} and {@link Playback.OnDemand} are served. */
  boolean replays();

  /** The stream's name for messages; without secrets. */
  String name();

  /** Frees what asking for sessions took; a session already open plays on. */
  @Override
  default void close() {}
}
