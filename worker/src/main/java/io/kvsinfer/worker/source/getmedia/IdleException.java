package io.kvsinfer.worker.source.getmedia;

import java.io.IOException;

/** Nothing came for long: the producer is silent, or the connection dead without a word. */
final class IdleException extends IOException {
  private static final long serialVersionUID = 1L;

  IdleException(String message) {
    super(message);
  }
}
