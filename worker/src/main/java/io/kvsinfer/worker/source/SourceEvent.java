package io.kvsinfer.worker.source;

import io.kvsinfer.media.frame.EncodedFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a source hands on, in stream order. */
public sealed interface SourceEvent {

  /**
   * A whole fragment. Its last frame done means the fragment is done.
   *
   * @param number null where the source has no fragments
   * @param frames in decoding order, at least one
   * @param late read to catch up, not live
   */
  record Fragment(@Nullable String number, List<EncodedFrame> frames, boolean late)
      implements SourceEvent {
    public Fragment {
      frames = List.copyOf(frames);
    }
  }

  /**
   * Some frames of a fragment that is still coming in, from a source that does not wait for its
   * end. Every frame of a part is shown before every frame of the parts after it, and none is
   * handed on twice, whatever breaks meanwhile.
   *
   * @param frames in decoding order, at least one
   * @param late read to catch up, not live
   */
  record Part(String number, List<EncodedFrame> frames, boolean late) implements SourceEvent {
    public Part {
      frames = List.copyOf(frames);
    }
  }

  /**
   * Every frame of this fragment was handed on in parts. A fragment whose end is not told is not
   * done; the next fragment may follow it all the same, with the gap named before it.
   */
  record FragmentEnd(String number) implements SourceEvent {}

  /**
   * Media that was not read, named.
   *
   * @param from capture time of the last thing read, null if nothing was
   * @param to capture time of what came next, null if unknown
   * @param fragments that are known to be unread, 0 where KVS told no number
   * @param reason one of {@link GapReason}
   * @param detail one sentence without secrets
   */
  record Gap(
      @Nullable Instant from, @Nullable Instant to, int fragments, GapReason reason, String detail)
      implements SourceEvent {

    /** A gap of which only the times are known. */
    public Gap(@Nullable Instant from, @Nullable Instant to, GapReason reason, String detail) {
      this(from, to, 0, reason, detail);
    }

    /** Time captured and not read; zero where one end is not known. */
    public Duration time() {
      return from == null || to == null || to.isBefore(from)
          ? Duration.ZERO
          : Duration.between(from, to);
    }
  }

  /** The source has ended: a file came to its end, or the source was closed. */
  record End() implements SourceEvent {}

  /** Why media was not read. */
  enum GapReason {
    /** Further back than is caught up. */
    TOO_OLD,
    /** Left out because reading or looking took too long. */
    OVERLOAD,
    /** KVS was asked and does not have it. */
    NOT_KEPT,
    /** It came and cannot be read. */
    UNREADABLE,
    /** A playlist left it out or dropped it, or it came too late for its place. */
    MISSING
  }
}
