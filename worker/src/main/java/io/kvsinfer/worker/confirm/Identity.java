package io.kvsinfer.worker.confirm;

/** What makes two sights the same incident. */
enum Identity {
  /** A solid object: its track. Another one in the same place is another incident. */
  OBJECT,
  /**
   * Fire and smoke: the place. Their boxes are loose and flicker, so what burns near is the same.
   */
  PLACE;

  static Identity of(String detectorType) {
    return detectorType.equals("fire_smoke") ? PLACE : OBJECT;
  }
}
