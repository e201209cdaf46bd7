package io.kvsinfer.worker.sample;

/** What becomes of an encoded frame. */
public enum Decision {
  /** Decoded, and its picture is looked at. */
  DECODE_AND_LOOK,
  /** Decoded only because a looked-at frame needs it. */
  DECODE_ONLY,
  /** Not decoded: no looked-at frame needs it. */
  DROP
}
