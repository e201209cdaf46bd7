package io.kvsinfer.worker.source.hls;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Fragments that the archive lists and the session that plays does not, to be read before it goes
 * on. Used by one thread.
 *
 * @param reader of the archive's session
 * @param wanted which of its fragments
 */
record SideList(SessionReader reader, Predicate<Segment> wanted) {

  /** The next one, null when all were read. */
  @Nullable Segment next() {
    Segment segment = reader.next();
    while (segment != null && !wanted.test(segment)) {
      reader.advance();
      segment = reader.next();
    }
    return segment;
  }
}
