package io.kvsinfer.contract.settings;

import io.kvsinfer.contract.settings.GetMediaSettings.StartSelector;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the settings of GetMedia. */
final class GetMediaReader {
  private static final Map<String, StartSelector> SELECTORS =
      PlaybackReader.byName(StartSelector.values(), Enum::name);
  static final TextForm TIME =
      new TextForm(
          Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z"),
          "must be a time in UTC as 2026-11-21T02:48:00.123Z");

  private final Section section;
  private final Findings findings;
  private StartSelector selector = GetMediaSettings.defaults().startSelector();

  GetMediaReader(Section section, Findings findings) {
    this.section = section;
    this.findings = findings;
  }

  GetMediaSettings read() {
    GetMediaSettings defaults = GetMediaSettings.defaults();
    selector = section.choice("start_selector", SELECTORS, defaults.startSelector());
    String fragmentNumber = section.text("fragment_number", TextForm.FRAGMENT_NUMBER);
    Instant timestamp = time();
    String token = section.text("continuation_token", TextForm.CONTINUATION_TOKEN);
    Section queue = section.section("frame_queue");
    GetMediaSettings read =
        new GetMediaSettings(
            selector,
            fragmentNumber,
            timestamp,
            token,
            section.whole(
                "max_fragment_age_seconds", Range.of(1, 300), defaults.maxFragmentAgeSeconds()),
            section.whole("chunk_size", Range.of(4096, 1_048_576), defaults.chunkSize()),
            section.number(
                "reconnect_delay_seconds", Range.of(1, 60), defaults.reconnectDelaySeconds()),
            section.whole(
                "max_reconnect_attempts", Range.of(1, 100), defaults.maxReconnectAttempts()),
            queue.whole("max_size", Range.of(1, 10_000), defaults.frameQueueMaxSize()),
            queue.number(
                "timeout_seconds", Range.above(0, 60), defaults.frameQueueTimeoutSeconds()));
    queue.end();
    if (section.has("parser")) {
      section.map("parser");
      // One notice however many cameras have it.
      findings.notice("getmedia.parser: accepted, without effect");
    } else {
      section.take("parser");
    }
    section.end();
    return read;
  }

  /** Refuses a start position that is missing or that the selector does not use. */
  void check() {
    position("fragment_number", Set.of(StartSelector.FRAGMENT_NUMBER));
    position("timestamp", Set.of(StartSelector.SERVER_TIMESTAMP, StartSelector.PRODUCER_TIMESTAMP));
    position("continuation_token", Set.of(StartSelector.CONTINUATION_TOKEN));
  }

  private void position(String key, Set<StartSelector> users) {
    if (users.contains(selector) && !section.has(key)) {
      section.refuse(key, "is missing: start_selector " + selector + " needs it");
    } else if (!users.contains(selector) && section.has(key)) {
      section.refuse(
          key,
          "is not used with start_selector " + selector + ": leave it out or change the selector");
    }
  }

  private @Nullable Instant time() {
    String text = section.text("timestamp", TIME);
    if (text == null) {
      return null;
    }
    try {
      return Instant.parse(text).truncatedTo(ChronoUnit.MILLIS);
    } catch (DateTimeException e) {
      section.refuse("timestamp", TIME.allowed());
      return null;
    }
  }
}
