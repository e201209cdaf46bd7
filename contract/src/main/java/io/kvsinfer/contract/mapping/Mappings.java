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

  /** All of them. */
  public static final List<EventSourceMapping> ALL =
      List.of(
          mapping(EVENTS, Source.EVENTS_STREAM),
          mapping(SCHEDULER, Source.CAMERAS_TABLE_STREAM),
          mapping(ALERTS, Source.INCIDENTS_TABLE_STREAM));

  private Mappings() {}

  private static EventSourceMapping mapping(String function, Source source) {
    return new EventSourceMapping(
        function, source, 100, Duration.ofSeconds(1), true, 10, Duration.ofHours(1), true);
  }
}
