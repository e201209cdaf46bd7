package io.kvsinfer.worker.source.hls;

import org.jspecify.annotations.Nullable;

/** One request or one piece of a session went wrong; another try may do better. */
final class HlsFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What went wrong, as far as it decides what is done next. */
  enum Kind {
    /** 401 or 403: the session's token is no longer taken. */
    EXPIRED,
    /** 404 or 410. */
    GONE,
    /** 429: the server asks for fewer requests. */
    THROTTLED,
    /** The network or the server failed, or the answer was cut short. */
    PASSING,
    /** The answer came whole and cannot be read. */
    UNREADABLE
  }

  private final Kind kind;

  /**
   * @param message without secrets
   */
  HlsFailure(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}
