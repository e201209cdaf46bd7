package io.kvsinfer.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.table.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class IncidentTableTest {
  private static final IncidentEvent OPENED = TestEvents.event(0, Phase.OPENED, 0.5);
  private static final IncidentEvent BEST = TestEvents.event(1, Phase.UPDATED, 0.875);
  private static final IncidentEvent CLOSED = TestEvents.event(2, Phase.CLOSED, 0.625);

  private final IncidentTable incidents =
      new IncidentTable(
          TestTables.dynamo(), TestTables.create(Tables.INCIDENTS), Duration.ofDays(30));

  @Test
  void an_incident_has_the_newest_event_and_the_best_evidence() {
    assertThat(incidents.merge(OPENED).changed()).isTrue();
    assertThat(incidents.openOf("yard", 10, null).items()).hasSize(1);
    incidents.merge(BEST);
    incidents.merge(CLOSED);

    Incident incident = incidents.get(TestEvents.INCIDENT).orElseThrow();
    assertThat(incident.phase()).isEqualTo(Phase.CLOSED);
    assertThat(incident.sequence()).isEqualTo(2);
    assertThat(incident.endedAt()).isEqualTo(CLOSED.endedAt());
    assertThat(incident.evidence()).isEqualTo(Incident.Evidence.of(BEST));
    assertThat(incident.open()).isFalse();
    assertThat(incidents.openOf("yard", 10, null).items()).isEmpty();
  }

  @Test
  void any_order_and_repetition_gives_the_same_incident() {
    Incident expected = Incident.of(OPENED).merge(BEST).merge(CLOSED);
    List<IncidentEvent> events =
        new ArrayList<>(List.of(OPENED, BEST, CLOSED, OPENED, BEST, CLOSED));
    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(events, new Random(seed));
      Incident merged = Incident.of(events.getFirst());
      for (IncidentEvent event : events) {
        merged = merged.merge(event);
      }
      assertThat(merged).isEqualTo(expected);
    }
  }

  @Test
  void a_repeated_event_writes_nothing() {
    incidents.merge(OPENED);
    incidents.merge(BEST);
    assertThat(incidents.merge(OPENED).changed()).isFalse();
    assertThat(incidents.merge(BEST).changed()).isFalse();
  }

  @Test
  void events_merged_at_once_are_all_in_it() throws Exception {
    List<Callable<Object>> merges =
        List.of(
            () -> incidents.merge(OPENED),
            () -> incidents.merge(BEST),
            () -> incidents.merge(CLOSED));
    try (var threads = Executors.newFixedThreadPool(3)) {
      for (Future<Object> merge : threads.invokeAll(merges)) {
        merge.get();
      }
    }
    assertThat(incidents.get(TestEvents.INCIDENT))
        .contains(Incident.of(OPENED).merge(BEST).merge(CLOSED));
  }

  @Test
  void a_picture_goes_before_a_surer_event_without_one() {
    IncidentEvent bare = TestEvents.event(1, Phase.UPDATED, 0.99).withoutPictures();
    assertThat(Incident.of(OPENED).merge(bare).evidence()).isEqualTo(Incident.Evidence.of(OPENED));
    assertThat(Incident.of(bare).merge(OPENED).evidence()).isEqualTo(Incident.Evidence.of(OPENED));
  }

  @Test
  void a_plate_read_late_is_found_and_stays() {
    incidents.merge(OPENED);
    incidents.merge(
        TestEvents.event(TestEvents.INCIDENT, 1, Phase.UPDATED, 0.5, "B-XY 123", TestEvents.START));
    incidents.merge(CLOSED);
    assertThat(incidents.ofPlate("B-XY 123", TimeRange.ALL, 10, null).items())
        .extracting(Incident::sequence)
        .containsExactly(2);
  }

  @Test
  void lists_are_newest_first_and_paged() {
    for (int i = 0; i < 3; i++) {
      String id = "abcdefghijklmnopqrstuvwxy" + (char) ('a' + i);
      incidents.merge(
          TestEvents.event(id, 0, Phase.OPENED, 0.5, null, TestEvents.START.plusSeconds(i)));
    }
    Page<Incident> first = incidents.ofCamera("yard", TimeRange.ALL, 2, null);
    Page<Incident> second = incidents.ofCamera("yard", TimeRange.ALL, 2, first.next());
    assertThat(first.items())
        .extracting(Incident::startedAt)
        .containsExactly(TestEvents.START.plusSeconds(2), TestEvents.START.plusSeconds(1));
    assertThat(second.items()).extracting(Incident::startedAt).containsExactly(TestEvents.START);
    TimeRange two = new TimeRange(TestEvents.START, TestEvents.START.plusSeconds(2));
    assertThat(incidents.ofDay(LocalDate.of(2026, 11, 21), two, 10, null).items()).hasSize(2);
    assertThat(incidents.ofDay(LocalDate.of(2026, 11, 22), two, 10, null).items()).isEmpty();
  }

  @Test
  void an_alert_is_noted_once_and_kept_by_later_events() {
    assertThat(incidents.markAlerted(TestEvents.INCIDENT, TestEvents.START)).isFalse();
    incidents.merge(OPENED);
    assertThat(incidents.markAlerted(TestEvents.INCIDENT, TestEvents.START)).isTrue();
    assertThat(incidents.markAlerted(TestEvents.INCIDENT, TestEvents.START)).isFalse();
    incidents.merge(CLOSED);
    assertThat(incidents.get(TestEvents.INCIDENT).orElseThrow().alertedAt())
        .isEqualTo(TestEvents.START);
  }

  @Test
  void its_json_has_the_names_of_the_contract_and_no_nulls() {
    String json = Incident.of(OPENED).toJson().toString();
    assertThat(json)
        .contains("\"incident_id\":\"" + TestEvents.INCIDENT + "\"", "\"phase\":\"opened\"")
        .contains("\"started_at\":\"2026-11-21T02:48:00.120Z\"")
        .doesNotContain("null", "plate\":{", "ended_at");
  }

  @Test
  void events_of_many_incidents_are_merged_at_once() {
    String other = "bbcdefghijklmnopqrstuvwxyz";
    IncidentEvent second =
        TestEvents.event(other, 0, Phase.OPENED, 0.5, null, TestEvents.START.plusSeconds(5));
    var merged = incidents.mergeAll(List.of(OPENED, second, CLOSED, BEST), () -> true);
    assertThat(merged.failed()).isEmpty();
    assertThat(merged.repeated()).isZero();
    assertThat(incidents.get(TestEvents.INCIDENT))
        .contains(Incident.of(OPENED).merge(BEST).merge(CLOSED));
    assertThat(incidents.get(other)).contains(Incident.of(second));

    assertThat(incidents.mergeAll(List.of(OPENED, BEST, second), () -> true).repeated())
        .isEqualTo(3);
    assertThat(incidents.idsOf("yard")).containsExactlyInAnyOrder(TestEvents.INCIDENT, other);
    incidents.deleteAll(List.of(TestEvents.INCIDENT, other, "cbcdefghijklmnopqrstuvwxyz"));
    assertThat(incidents.idsOf("yard")).isEmpty();
  }

  @Test
  void both_marks_of_alerts_outlive_later_events() {
    Instant at = TestEvents.START.plusSeconds(1);
    incidents.merge(OPENED);
    assertThat(incidents.markAlerted(TestEvents.INCIDENT, at)).isTrue();
    incidents.merge(CLOSED);
    assertThat(incidents.markCloseAlerted(TestEvents.INCIDENT, at.plusSeconds(1))).isTrue();
    assertThat(incidents.markCloseAlerted(TestEvents.INCIDENT, at)).isFalse();
    incidents.merge(BEST);
    Incident incident = incidents.get(TestEvents.INCIDENT).orElseThrow();
    assertThat(incident.alertedAt()).isEqualTo(at);
    assertThat(incident.closeAlertedAt()).isEqualTo(at.plusSeconds(1));
  }
}
