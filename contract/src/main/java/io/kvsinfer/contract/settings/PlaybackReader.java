package io.kvsinfer.contract.settings;

import io.kvsinfer.contract.settings.PlaybackSettings.Mode;
import io.kvsinfer.contract.settings.PlaybackSettings.Preset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads how the stream is read; {@link #check()} then looks at what values mean together. */
final class PlaybackReader {
  private static final Map<String, Mode> MODES = byName(Mode.values(), Enum::name);
  private static final Map<String, Preset> PRESETS =
      byName(Preset.values(), p -> p.name().toLowerCase(Locale.ROOT));
  private static final Range SECONDS = Range.above(0, 3600);

  private final Findings findings;
  private @Nullable Section playback;
  private @Nullable Section hls;
  private @Nullable GetMediaReader getmedia;
  private @Nullable PlaybackSettings read;

  PlaybackReader(Findings findings) {
    this.findings = findings;
  }

  PlaybackSettings read(Section section) {
    playback = section;
    Mode mode = section.choice("mode", MODES, Mode.HLS);
    Preset preset = section.choice("preset", PRESETS, Preset.BALANCED);
    boolean retention = section.flag("retention_required", true);
    // HLS plays only what KVS retains, so without retention there is nothing to fall back to.
    boolean fallback = section.flag("fallback", retention);
    hls = section.section("hls");
    getmedia = new GetMediaReader(section.section("getmedia"), findings);
    read =
        new PlaybackSettings(
            mode, fallback, retention, preset, hls(hls, HlsSettings.of(preset)), getmedia.read());
    section.end();
    return read;
  }

  private static HlsSettings hls(Section hls, HlsSettings preset) {
    HlsSettings read =
        new HlsSettings(
            hls.whole("session_seconds", Range.of(60, 43_200), preset.sessionSeconds()),
            hls.whole("url_refresh_margin", Range.of(1, 43_199), preset.urlRefreshMargin()),
            hls.number("reconnect_delay", SECONDS, preset.reconnectDelay()),
            hls.number("max_reconnect_delay", SECONDS, preset.maxReconnectDelay()),
            hls.number("backoff_multiplier", Range.of(1, 100), preset.backoffMultiplier()),
            hls.whole(
                "max_consecutive_errors", Range.of(1, 10_000), preset.maxConsecutiveErrors()));
    hls.end();
    return read;
  }

  /** Refuses values that do not go together. */
  void check() {
    Section at = Objects.requireNonNull(playback);
    Section hlsAt = Objects.requireNonNull(hls);
    PlaybackSettings settings = Objects.requireNonNull(read);
    if (!settings.retentionRequired() && settings.mode() == Mode.HLS) {
      at.refuse(
          "retention_required",
          "must be true with mode HLS, which plays only what KVS retains; GETMEDIA goes without");
    } else if (!settings.retentionRequired() && settings.fallback()) {
      at.refuse(
          "fallback",
          "must be false with retention_required: false, since HLS plays only what KVS retains");
    }
    HlsSettings s = settings.hls();
    if (s.urlRefreshMargin() >= s.sessionSeconds()) {
      hlsAt.refuse(
          "url_refresh_margin",
          "is %d s, must be less than session_seconds, which is %d s"
              .formatted(s.urlRefreshMargin(), s.sessionSeconds()));
    }
    if (s.maxReconnectDelay() < s.reconnectDelay()) {
      hlsAt.refuse(
          "max_reconnect_delay",
          "is %s s, must not be less than reconnect_delay, which is %s s"
              .formatted(s.maxReconnectDelay(), s.reconnectDelay()));
    }
    Objects.requireNonNull(getmedia).check();
  }

  static <E extends Enum<E>> Map<String, E> byName(E[] values, Function<E, String> name) {
    return Arrays.stream(values).collect(Collectors.toUnmodifiableMap(name, Function.identity()));
  }
}
