package io.kvsinfer.local.fault;

import java.nio.file.Path;
import java.time.Duration;

/** What a fault does. */
public sealed interface Effect {

  /**
   * A request is refused.
   *
   * @param type name of the exception in the service's model
   */
  record Refusal(int status, String type) implements Effect {}

  /** The HLS sessions end now: their playlists and fragments answer 403. */
  record Expiry() implements Effect {}

  /** An error stands in an answer of GetMedia, as tags in place of the next fragment. */
  record InBandError(int id, String code) implements Effect {}

  /** The bytes of an answer go wrong; all of them count bytes of the body. */
  sealed interface Breakage extends Effect {}

  /** The connection is reset. */
  record Reset(long afterBytes) implements Breakage {}

  /** Nothing is sent for a while, then it goes on. */
  record Stall(long afterBytes, Duration time) implements Breakage {}

  /**
   * The answer is sent slowly.
   *
   * @param time how long; zero: up to its end
   */
  record Slowness(long bytesPerSecond, Duration time) implements Breakage {}

  /**
   * The answer ends.
   *
   * @param clean whether it is ended as HTTP ends one, so that only its content tells
   */
  record Truncation(long afterBytes, boolean clean) implements Breakage {}

  /** Bytes are replaced by as many others. */
  record Garbage(long afterBytes, int bytes) implements Breakage {}

  /** A camera that is a file sends something else than it should. */
  sealed interface CameraFault extends Effect {}

  /** A fragment never comes. */
  record Gap() implements CameraFault {}

  /** A fragment comes twice, with the same producer timestamp and another number. */
  record Duplicate() implements CameraFault {}

  /** A fragment comes after the one that follows it, so producer timestamps go back. */
  record Reorder() implements CameraFault {}

  /** A fragment's producer timestamp is off by so much. */
  record ClockSkew(Duration by) implements CameraFault {}

  /** Another clip is played, with what codec and size it has; then the camera's own goes on. */
  record CodecChange(Path file) implements CameraFault {}

  /** The camera sends nothing for a while. */
  record Silence(Duration time) implements CameraFault {}
}
