package io.kvsinfer.local.http;

import java.io.IOException;

/** What came in is not HTTP/1.1, or more of it than is taken. */
final class MalformedRequest extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  MalformedRequest(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
