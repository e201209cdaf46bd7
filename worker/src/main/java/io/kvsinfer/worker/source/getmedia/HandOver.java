package io.kvsinfer.worker.source.getmedia;

import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.SourceCounters;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.Gap;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps how far a camera was read, so that another source goes on there, and takes out what that
 * source repeats of a fragment whose first frames were handed on. {@link #pass} is for one thread.
 */
final class HandOver {
  private final SourceCounters counters = new SourceCounters();
  private @Nullable String done;
  private @Nullable Instant doneUntil;
  private @Nullable String partial;
  private @Nullable Instant partialSince;
  private @Nullable VideoTrack track;
  private Instant newest = Instant.MIN;
  private int handed;

  /** Where to go on; null where nothing was handed on yet. */
  @Nullable ReadPosition position() {
    Instant until = doneUntil;
    Instant since = partialSince;
    if (until != null) {
      return new ReadPosition(done, until);
    }
    return since == null ? null : new ReadPosition(null, since);
  }

  long gaps() {
    return counters.account().gaps();
  }

  GapAccount gapAccount() {
    return counters.gapAccount();
  }

  /** What of an event is to be handed on, null for nothing. */
  @Nullable SourceEvent pass(SourceEvent event) {
    return switch (event) {
      case SourceEvent.Part part -> {
        note(part);
        yield part;
      }
      case SourceEvent.FragmentEnd end -> {
        finish(end.number());
        yield end;
      }
      case SourceEvent.Fragment fragment -> whole(fragment);
      case SourceEvent.Gap gap -> gap;
      case SourceEvent.End end -> end;
    };
  }

  private void note(SourceEvent.Part part) {
    if (!part.number().equals(partial)) {
      partial = part.number();
      partialSince = part.frames().getFirst().time().capturedAt();
      handed = 0;
    }
    handed += part.frames().size();
    track = part.frames().getLast().track();
    newest(part.frames());
  }

  private void newest(List<EncodedFrame> frames) {
    for (EncodedFrame frame : frames) {
      Instant at = frame.time().capturedAt();
      newest = at.isAfter(newest) ? at : newest;
    }
  }

  private void finish(@Nullable String number) {
    done = number;
    doneUntil = newest;
    partial = null;
    partialSince = null;
  }

  private @Nullable SourceEvent whole(SourceEvent.Fragment fragment) {
    String number = fragment.number();
    if (number == null || !number.equals(partial)) {
      newest = Instant.MIN;
      newest(fragment.frames());
      finish(number);
      return fragment;
    }
    List<EncodedFrame> rest =
        fragment
            .frames()
            .subList(Math.min(handed, fragment.frames().size()), fragment.frames().size());
    Instant from = newest;
    newest(fragment.frames());
    finish(number);
    if (rest.isEmpty()) {
      return new SourceEvent.FragmentEnd(number);
    }
    if (!rest.getFirst().track().equals(track)) {
      Gap gap =
          new Gap(
              from,
              newest,
              1,
              GapReason.UNREADABLE,
              "the last %d frames of fragment %s cannot be decoded after a change to HLS, which"
                      .formatted(rest.size(), number)
                  + " describes its track otherwise");
      counters.gap(gap);
      return gap;
    }
    return new SourceEvent.Fragment(number, rest, fragment.late());
  }
}
