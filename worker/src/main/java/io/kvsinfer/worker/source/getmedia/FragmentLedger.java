package io.kvsinfer.worker.source.getmedia;

import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.worker.source.KvsTags;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.Gap;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a stream was read: turns what connections say into parts, ends of fragments and gaps,
 * each frame once whatever breaks, and says where the next connection has to begin. Used by one
 * thread.
 */
final class FragmentLedger {
  private static final int REMEMBERED = 6000;

  /** What becomes of the frames of the fragment that is read. */
  private enum Use {
    HAND_ON,
    /** It was whole before. */
    REPEATED,
    TOO_OLD
  }

  private final GetMediaSettings settings;
  private final GetMediaTimes times;
  private final InstantSource clock;
  private final MediaStart first;
  private final @Nullable Instant firstTime;
  private final Map<String, Boolean> done = new LinkedHashMap<>();
  private final PartCutter cutter = new PartCutter();

  /** The last fragment that is whole, or named as a gap. */
  private @Nullable String last;

  private @Nullable Instant lastServerAt;
  private @Nullable Instant end;
  private boolean byTime;
  private boolean newestOnly;
  private boolean reopened;
  private boolean leavingOut;

  /** The fragment that is read: frames handed on of it, and when the newest of it was captured. */
  private @Nullable KvsTags current;

  private Use use = Use.HAND_ON;
  private boolean late;
  private int seen;
  private int handed;
  private @Nullable Instant newest;
  private Duration interval = Duration.ZERO;

  FragmentLedger(
      GetMediaSettings settings, GetMediaStart start, GetMediaTimes times, InstantSource clock) {
    this.settings = settings;
    this.times = times;
    this.clock = clock;
    if (start instanceof GetMediaStart.After(var number, var capturedAt, var catchUp)) {
      Instant oldest = clock.instant().minus(catchUp);
      boolean tooOld = capturedAt.isBefore(oldest);
      end = tooOld ? oldest : capturedAt;
      firstTime = end;
      first =
          tooOld || number == null
              ? new MediaStart.AtProducerTime(end)
              : new MediaStart.AfterFragment(number);
    } else {
      first = selected(settings);
      firstTime = null;
    }
  }

  private static MediaStart selected(GetMediaSettings settings) {
    return switch (settings.startSelector()) {
      case NOW -> new MediaStart.Now();
      case EARLIEST -> new MediaStart.Earliest();
      case FRAGMENT_NUMBER ->
          new MediaStart.AfterFragment(
              Objects.requireNonNull(settings.fragmentNumber(), "fragment_number"));
      case SERVER_TIMESTAMP ->
          new MediaStart.AtServerTime(Objects.requireNonNull(settings.timestamp(), "timestamp"));
      case PRODUCER_TIMESTAMP ->
          new MediaStart.AtProducerTime(Objects.requireNonNull(settings.timestamp(), "timestamp"));
      case CONTINUATION_TOKEN ->
          new MediaStart.AfterToken(
              Objects.requireNonNull(settings.continuationToken(), "continuation_token"));
    };
  }

  /** Where the next connection begins, so that nothing is left out. */
  MediaStart next() {
    KvsTags begun = current;
    MediaStart start;
    if (leavingOut) {
      start = new MediaStart.Now();
    } else if (last != null) {
      start =
          byTime && lastServerAt != null
              ? new MediaStart.AtServerTime(lastServerAt)
              : new MediaStart.AfterFragment(last);
    } else if (begun != null) {
      start =
          begun.serverAt() != null
              ? new MediaStart.AtServerTime(begun.serverAt())
              : new MediaStart.AtProducerTime(Objects.requireNonNull(begun.producedAt()));
    } else if (byTime) {
      start =
          firstTime == null ? new MediaStart.Earliest() : new MediaStart.AtProducerTime(firstTime);
    } else {
      start = first;
    }
    newestOnly = start instanceof MediaStart.Now && !leavingOut;
    reopened = true;
    return start;
  }

  /** KVS does not have the fragment any more after which to go on: its time is asked for. */
  void goOnByTime() {
    byTime = true;
  }

  /** What lies before the newest fragment is left out, to see live what the network can bring. */
  void leaveOut() {
    leavingOut = true;
  }

  /** How long ago KVS had the newest frame of the fragment that is read; empty if unknown. */
  Optional<Duration> behind() {
    return current == null || current.serverAt() == null || use != Use.HAND_ON
        ? Optional.empty()
        : Optional.of(Duration.between(current.serverAt().plus(lasted()), clock.instant()));
  }

  /** Where reading stands, for messages and to tell whether it fails at one place. */
  String place() {
    KvsTags begun = current;
    if (begun != null) {
      return "in fragment " + begun.number();
    }
    return last == null ? "before the first fragment" : "after fragment " + last;
  }

  /** Whether no fragment is open: a connection that ends here left nothing unfinished. */
  boolean betweenFragments() {
    return current == null;
  }

  /** Capture time between the first and the newest frame of the fragment that is read. */
  Duration lasted() {
    return current == null || newest == null
        ? Duration.ZERO
        : Duration.between(start(current), newest);
  }

  /** The connection is gone: frames held back come again. */
  void broken() {
    cutter.breakOff();
    seen = 0;
  }

  List<SourceEvent> begin(KvsTags tags) {
    List<SourceEvent> events = new ArrayList<>();
    String number = String.valueOf(tags.number());
    Instant start = start(tags);
    KvsTags before = current;
    boolean again = before != null && number.equals(before.number());
    cutter.breakOff();
    if (before != null && !again) {
      giveUp(before, number, start).ifPresent(events::add);
    }
    seen = 0;
    if (done.containsKey(number)) {
      use = Use.REPEATED;
      current = null;
      return events;
    }
    if (!again) {
      handed = 0;
      newest = null;
    }
    current = tags;
    Instant received = received(tags);
    Instant now = clock.instant();
    late = received.plus(times.late()).isBefore(now);
    boolean tooOld =
        newestOnly && received.plusSeconds(settings.maxFragmentAgeSeconds()).isBefore(now);
    use = tooOld ? Use.TOO_OLD : Use.HAND_ON;
    if (!again) {
      hole(number, start).ifPresent(events::add);
    }
    reopened = false;
    leavingOut = false;
    return events;
  }

  List<SourceEvent> frame(EncodedFrame frame) {
    Instant at = frame.time().capturedAt();
    if (current == null) {
      return List.of();
    }
    Instant before = newest;
    if (before == null || at.isAfter(before)) {
      interval = before == null ? interval : Duration.between(before, at);
      newest = at;
    }
    seen++;
    return use == Use.HAND_ON && seen > handed ? part(cutter.add(frame)) : List.of();
  }

  private List<SourceEvent> part(List<EncodedFrame> frames) {
    KvsTags begun = current;
    if (frames.isEmpty() || begun == null) {
      return List.of();
    }
    handed += frames.size();
    return List.of(new SourceEvent.Part(String.valueOf(begun.number()), frames, late));
  }

  /** The fragment that is read is whole: from here on reading goes on after it. */
  List<SourceEvent> whole() {
    KvsTags tags = current;
    if (tags == null) {
      return List.of();
    }
    String number = String.valueOf(tags.number());
    List<SourceEvent> events = new ArrayList<>();
    Instant until = newest == null ? start(tags) : newest.plus(interval);
    if (use == Use.TOO_OLD) {
      events.add(
          new Gap(
              start(tags),
              until,
              1,
              GapReason.TOO_OLD,
              "fragment %s is older than max_fragment_age_seconds, %d s"
                  .formatted(number, settings.maxFragmentAgeSeconds())));
    } else {
      events.addAll(part(cutter.end()));
      if (handed > 0) {
        events.add(new SourceEvent.FragmentEnd(number));
      }
    }
    move(tags, until);
    return events;
  }

  private void move(KvsTags tags, Instant until) {
    String number = String.valueOf(tags.number());
    done.put(number, true);
    if (done.size() > REMEMBERED) {
      done.remove(done.keySet().iterator().next());
    }
    last = number;
    lastServerAt = tags.serverAt();
    end = until;
    byTime = false;
    current = null;
    seen = 0;
    handed = 0;
    newest = null;
  }

  /** A fragment broke off, and KVS goes on with another. */
  private Optional<SourceEvent> giveUp(KvsTags tags, String next, Instant nextStart) {
    Instant from = newest == null ? start(tags) : newest;
    String number = String.valueOf(tags.number());
    int frames = handed;
    boolean named = use == Use.HAND_ON;
    move(tags, nextStart);
    return named
        ? Optional.of(
            new Gap(
                from,
                nextStart,
                1,
                GapReason.UNREADABLE,
                "fragment %s broke off after %d frames and fragment %s followed"
                    .formatted(number, frames, next)))
        : Optional.empty();
  }

  /** Media missing between the last fragment and this one. */
  private Optional<SourceEvent> hole(String number, Instant start) {
    Instant from = end;
    if (from == null || Duration.between(from, start).compareTo(times.hole()) < 0) {
      return Optional.empty();
    }
    end = start;
    if (leavingOut) {
      return Optional.of(
          new Gap(
              from,
              start,
              GapReason.OVERLOAD,
              "left out before fragment %s: the network brings less than the camera sends"
                  .formatted(number)));
    }
    // By number as well: the camera's clock may have been set meanwhile.
    String before = last == null && first instanceof MediaStart.AfterFragment(var n) ? n : last;
    return Optional.of(
        new Gap(
            from,
            start,
            reopened ? GapReason.NOT_KEPT : GapReason.MISSING,
            "KVS sent nothing between %s and fragment %s"
                .formatted(before == null ? from.toString() : "fragment " + before, number)));
  }

  /** What was not watched before the first connection, if it is more than is caught up. */
  Optional<SourceEvent> tooOldBefore(GetMediaStart start) {
    return start instanceof GetMediaStart.After(var number, var capturedAt, var catchUp)
            && end != null
            && capturedAt.isBefore(end)
        ? Optional.of(
            new Gap(
                capturedAt,
                end,
                GapReason.TOO_OLD,
                "not watched since %s; only %d s are caught up"
                    .formatted(capturedAt, catchUp.toSeconds())))
        : Optional.empty();
  }

  /** Capture time of a fragment's first frame. */
  private static Instant start(KvsTags tags) {
    return tags.producedAt() != null
        ? tags.producedAt()
        : Objects.requireNonNull(tags.serverAt(), "FragmentStream lets none through without");
  }

  private static Instant received(KvsTags tags) {
    return tags.serverAt() != null ? tags.serverAt() : start(tags);
  }
}
