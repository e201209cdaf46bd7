package io.kvsinfer.worker.source.getmedia;

import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Whether the network brings less than the camera sends: how long ago KVS had the end of each
 * fragment when it came here, and whether that grows. Who catches up falls behind less and less, a
 * clock that is off is so all the time, and a fragment that waited for its frames to be taken says
 * nothing of the network; none of them counts. Used by one thread.
 */
final class Lag {
  /** Fragments in a row of which each came later than the one before. */
  private static final int RISES = 2;

  private static final int REMEMBERED = 20;

  private final Duration most;
  private final ArrayDeque<Duration> behind = new ArrayDeque<>();
  private @Nullable Duration last;
  private int rises;
  private boolean held;

  /**
   * @param most how much further behind than it was before is too much
   */
  Lag(Duration most) {
    this.most = most;
  }

  /** The reader waited for frames to be taken. */
  void held() {
    held = true;
  }

  /** Another connection: the first fragment of it is compared with nothing. */
  void opened() {
    last = null;
    rises = 0;
  }

  /**
   * A fragment is whole.
   *
   * @param behind since KVS had its last frame
   */
  void whole(Duration behind) {
    Duration before = last;
    rises = before != null && !held && behind.compareTo(before) > 0 ? rises + 1 : 0;
    last = behind;
    held = false;
    this.behind.add(behind);
    if (this.behind.size() > REMEMBERED) {
      this.behind.remove();
    }
  }

  /** Whether to go on with the newest fragment rather than with the next. */
  boolean tooMuch() {
    Duration now = last;
    return now != null
        && rises >= RISES
        && behind.stream().anyMatch(b -> now.minus(b).compareTo(most) >= 0);
  }
}
