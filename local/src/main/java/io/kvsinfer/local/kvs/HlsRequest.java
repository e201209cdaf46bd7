package io.kvsinfer.local.kvs;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a caller of GetHLSStreamingSessionURL asked for, checked and with the defaults put in.
 *
 * @param start null in LIVE
 * @param end null unless ON_DEMAND
 * @param most fragments that a media playlist shows
 */
record HlsRequest(
    Mode mode,
    TimestampType timestamps,
    @Nullable Instant start,
    @Nullable Instant end,
    Discontinuities discontinuities,
    boolean showTimestamps,
    Duration expires,
    int most) {

  enum Mode {
    LIVE,
    LIVE_REPLAY,
    ON_DEMAND
  }

  enum Discontinuities {
    ALWAYS,
    NEVER,
    ON_DISCONTINUITY
  }

  private enum Container {
    FRAGMENTED_MP4,
    MPEG_TS
  }

  private enum Display {
    ALWAYS,
    NEVER
  }

  static HlsRequest of(ApiRequest request) {
    Mode mode = request.choice("PlaybackMode", Mode.class).orElse(Mode.LIVE);
    Optional<ApiRequest> selector = request.object("HLSFragmentSelector");
    TimestampType timestamps =
        selector
            .flatMap(s -> s.choice("FragmentSelectorType", TimestampType.class))
            .orElse(TimestampType.SERVER_TIMESTAMP);
    Optional<ApiRequest> range = selector.flatMap(s -> s.object("TimestampRange"));
    Instant start = range.flatMap(r -> r.time("StartTimestamp")).orElse(null);
    Instant end = range.flatMap(r -> r.time("EndTimestamp")).orElse(null);
    checkRange(mode, start, end);
    if (request.choice("ContainerFormat", Container.class).orElse(Container.FRAGMENTED_MP4)
        == Container.MPEG_TS) {
      throw ApiException.invalid("ContainerFormat: this server packages FRAGMENTED_MP4 only.");
    }
    Discontinuities byDefault =
        timestamps == TimestampType.SERVER_TIMESTAMP
            ? Discontinuities.ALWAYS
            : Discontinuities.NEVER;
    return new HlsRequest(
        mode,
        timestamps,
        start,
        end,
        request.choice("DiscontinuityMode", Discontinuities.class).orElse(byDefault),
        request.choice("DisplayFragmentTimestamp", Display.class).orElse(Display.NEVER)
            == Display.ALWAYS,
        Duration.ofSeconds(request.number("Expires", 300, 43_200).orElse(300L)),
        request
            .number("MaxMediaPlaylistFragmentResults", 1, 5000)
            .orElse(mode == Mode.ON_DEMAND ? 1000L : 5L)
            .intValue());
  }

  private static void checkRange(Mode mode, @Nullable Instant start, @Nullable Instant end) {
    String where = "HLSFragmentSelector.TimestampRange";
    switch (mode) {
      case LIVE -> {
        if (start != null || end != null) {
          throw ApiException.invalid(where + " must not be given when PlaybackMode is LIVE.");
        }
      }
      case LIVE_REPLAY -> {
        if (start == null || end != null) {
          throw ApiException.invalid(
              where + " must hold StartTimestamp alone when PlaybackMode is LIVE_REPLAY.");
        }
      }
      case ON_DEMAND -> {
        if (start == null || end == null || !end.isAfter(start)) {
          throw ApiException.invalid(
              where
                  + " must hold StartTimestamp and a later EndTimestamp when PlaybackMode is"
                  + " ON_DEMAND.");
        }
      }
    }
  }
}
