package io.kvsinfer.cli;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.store.EventTable;
import io.kvsinfer.store.Incident;
import io.kvsinfer.store.Page;
import io.kvsinfer.store.TimeRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The events an incident is made of. */
final class IncidentEvents {
  private static final int PAGE = 200;

  private IncidentEvents() {}

  /** In their order; all lie between its start and its newest event. */
  static List<IncidentEvent> of(EventTable table, Incident incident) {
    var until = incident.capturedAt();
    if (incident.endedAt() != null && incident.endedAt().isAfter(until)) {
      until = incident.endedAt();
    }
    TimeRange range = new TimeRange(incident.startedAt(), until.plusMillis(1));
    List<IncidentEvent> events = new ArrayList<>();
    String next = null;
    do {
      Page<IncidentEvent> page = table.query(incident.cameraId(), range, PAGE, next);
      page.items().stream()
          .filter(event -> event.incidentId().equals(incident.incidentId()))
          .forEach(events::add);
      next = page.next();
    } while (next != null);
    events.sort(Comparator.comparingInt(IncidentEvent::sequence));
    return events;
  }
}
