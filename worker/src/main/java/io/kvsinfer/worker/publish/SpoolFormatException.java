package io.kvsinfer.worker.publish;

import java.io.IOException;

/** A whole record of the spool that this version cannot read. */
final class SpoolFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  SpoolFormatException(String message) {
    super(message);
  }
}
