package io.kvsinfer.worker.source.getmedia;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where reading a stream by GetMedia begins. */
public sealed interface GetMediaStart {

  /** As the settings say: {@code start_selector}. */
  record Selected() implements GetMediaStart {}

  /**
   * After what was watched before.
   *
   * @param fragmentNumber last fragment done; null where only the time is known
   * @param capturedAt capture time of its last frame
   * @param catchUp how far back from now is read; what is older is a gap, named
   */
  record After(@Nullable String fragmentNumber, Instant capturedAt, Duration catchUp)
      implements GetMediaStart {}
}
