package io.kvsinfer.contract.mapping;

import io.kvsinfer.contract.mapping.EventSourceMapping.Source;
import java.time.Duration;
import java.util.List;

/** The event source mappings of the product. */
public final class Mappings {
  /** Logical names of the functions. */
  public static final String SCHEDULER = "scheduler";

  public static final String EVENTS = "events";
  public static final String ALERTS = "alerts";

  /**
   * Lambda's most. What a function cannot store it sets aside, so a batch fails for an outage, and
   * that ends: its length decides what is given up, not how often it was tried meanwhile.
   */
  private static final int UNTIL_TOO_OLD = 10_000;

  /** All of them. */
  public static final List<EventSourceMapping> ALL =
      List.of(
          mapping(EVENTS, Source.EVENTS_STREAM),
          mapping(SCHEDULER, Source.CAMERAS_TABLE_STREAM),
          mapping(ALERTS, Source.INCIDENTS_TABLE_STREAM));

  /** A longer call is of no use: the next one looks at everything. */
  private static final Duration SCHEDULER_TIMEOUT = Duration.ofMinutes(2);

  private static final Duration STREAM_TIMEOUT = Duration.ofMinutes(1);

  private Mappings() {}

  /** Longest call of that function. */
  public static Duration timeout(String function) {
    return function.equals(SCHEDULER) ? SCHEDULER_TIMEOUT : STREAM_TIMEOUT;
  }

  private static EventSourceMapping mapping(String function, Source source) {
    return new EventSourceMapping(
        function,
        source,
        100,
        Duration.ofSeconds(1),
        true,
        UNTIL_TOO_OLD,
        Duration.ofHours(1),
        true);
  }
}
