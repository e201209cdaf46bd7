package io.kvsinfer.local.http;

import java.io.IOException;

/** Thrown where an answer is to end before its time. */
public final class BrokenAnswer extends IOException {
  private static final long serialVersionUID = 1L;

  /** How the connection ends. */
  public enum End {
    /** The client sees its connection reset; what it has not read yet may be lost. */
    RESET,
    /** The connection is closed as if all were sent. */
    CLOSED,
    /** The answer is ended as HTTP ends one, so that only its content tells. */
    COMPLETED
  }

  private final End end;

  public BrokenAnswer(End end) {
    super("an answer that was to end early: " + end);
    this.end = end;
  }

  End end() {
    return end;
  }
}
