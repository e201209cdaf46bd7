package io.kvsinfer.worker.source.hls;

/** Where HLS sessions of one stream come from. Used by one thread at a time. */
public interface HlsSessions {

  /**
   * Opens a session.
   *
   * @throws io.kvsinfer.worker.source.FrameSourceException with a message that says what to do;
   *     permanent where trying again is of no use
   */
  HlsSession open(Playback playback);

  /** Whether {@link Playback.Replay} and {@link Playback.OnDemand} are served. */
  boolean replays();

  /** The stream's name for messages; without secrets. */
  String name();
}
