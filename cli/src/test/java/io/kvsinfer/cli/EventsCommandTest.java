package io.kvsinfer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EventsCommandTest {
  @RegisterExtension static final TablesExtension TABLES = new TablesExtension();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FIRE = "fire".concat("a".repeat(22));
  private static final String CAR = "car".concat("b".repeat(23));
  private static final String OLD = "old".concat("c".repeat(23));

  private final CommandRun run = new CommandRun(TABLES.variables());

  @ParameterizedTest
  @CsvSource({
    "'', CAR FIRE",
    "--camera yard, FIRE",
    "--type alpr, CAR",
    "--label fire, FIRE",
    "--plate AB123CD, CAR",
    "--plate AB123CD --camera yard, ''",
    "--since 30m, CAR",
    "--since 2026-11-01, CAR FIRE OLD",
    "--since 2026-11-21T11:00:00Z, CAR",
    "--limit 1, CAR",
    "--since 30d --until 1d, OLD",
    "--until 2026-11-21T11:00:00Z, FIRE",
    "--since 30d --camera yard, FIRE OLD"
  })
  void list_shows_the_incidents_asked_for_newest_first(String options, String expected)
      throws Exception {
    store();
    String line = "events list --json " + options;

    assertThat(run.of(line.strip().split(" +"))).isZero();
    StringBuilder found = new StringBuilder();
    for (String json : run.out().lines().toList()) {
      found.append(' ').append(name(JSON.readTree(json).get("incident_id").textValue()));
    }
    assertThat(found.toString().strip()).isEqualTo(expected);
  }

  @Test
  void list_is_a_table_for_people() {
    store();

    assertThat(run.of("events", "list")).isZero();
    assertThat(run.out())
        .containsPattern("STARTED +CAMERA +TYPE +LABEL +SURE +PHASE +LASTED +PLATE +INCIDENT")
        .containsPattern("2026-11-21T10:00:00.000Z +yard +fire_smoke +fire +90 % +closed +30s ")
        .containsPattern("gate +alpr +license plate +80 % +opened +0s +AB123CD +" + CAR);
  }

  @ParameterizedTest
  @CsvSource({"'', CAR FIRE OLD", "--camera yard, FIRE OLD", "--type alpr, CAR"})
  void list_goes_on_page_by_page(String options, String expected) throws Exception {
    store();
    List<String> found = new ArrayList<>();
    String next = "";
    do {
      String line = "events list --json --since 30d --limit 1 " + options + next;
      assertThat(run.of(line.strip().split(" +"))).isZero();
      for (String json : run.out().lines().toList()) {
        found.add(name(JSON.readTree(json).get("incident_id").textValue()));
      }
      assertThat(found).hasSizeLessThan(4);
      int more = run.err().indexOf("--page ");
      next = more < 0 ? "" : " " + run.err().substring(more).strip();
    } while (!next.isEmpty());
    assertThat(String.join(" ", found)).isEqualTo(expected);
  }

  @Test
  void incidents_that_started_together_are_all_listed_once_page_by_page() throws Exception {
    Instant together = CommandRun.NOW.minusSeconds(30);
    Set<String> expected = new TreeSet<>();
    for (char c = 'a'; c <= 'g'; c++) {
      String id = String.valueOf(c).repeat(26);
      expected.add(id);
      store(Seen.event(id, 0, Phase.OPENED, "yard", "weapon", "gun", 0.5, together, together));
    }
    List<String> found = new ArrayList<>();
    String next = "";
    do {
      assertThat(run.of(("events list --json --limit 2" + next).split(" +"))).isZero();
      for (String json : run.out().lines().toList()) {
        found.add(JSON.readTree(json).get("incident_id").textValue());
      }
      int more = run.err().indexOf("--page ");
      next = more < 0 ? "" : " " + run.err().substring(more).strip();
    } while (!next.isEmpty() && found.size() < 20);
    assertThat(found).hasSize(7);
    assertThat(new TreeSet<>(found)).isEqualTo(expected);
  }

  @Test
  void an_id_that_no_camera_has_is_wrong_use() {
    assertThat(run.of("events", "list", "--camera", "no/such")).isEqualTo(2);
    assertThat(run.err()).contains("--camera must match");
  }

  @Test
  void nothing_seen_says_so() {
    assertThat(run.of("events", "list")).isZero();
    assertThat(run.out()).contains("Nothing was seen");
  }

  @Test
  void show_tells_an_incident_and_its_events_in_order() {
    store();

    assertThat(run.of("events", "show", FIRE)).isZero();
    assertThat(run.out())
        .containsPattern("camera_id +yard")
        .containsPattern("evidence.confidence +0.9")
        .containsSubsequence(FIRE + "-0", FIRE + "-1", FIRE + "-2")
        .contains("s3://media/key-1.jpg")
        .doesNotContain(CAR);
  }

  @Test
  void show_in_json_has_the_incident_and_its_events() throws Exception {
    store();

    assertThat(run.of("events", "show", "--json", FIRE)).isZero();
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.at("/incident/phase").textValue()).isEqualTo("closed");
    assertThat(json.get("events")).hasSize(3);
    assertThat(json.at("/events/2/phase").textValue()).isEqualTo("closed");
  }

  @Test
  void show_tells_one_event() throws Exception {
    store();

    assertThat(run.of("events", "show", "--json", FIRE + "-1")).isZero();
    assertThat(JSON.readTree(run.out()).get("sequence").intValue()).isEqualTo(1);
    assertThat(run.of("events", "show", FIRE + "-1")).isZero();
    assertThat(run.out()).containsPattern("box.width +0.5");
    assertThat(run.of("events", "show", FIRE + "-7")).isEqualTo(1);
    assertThat(run.err()).contains("there is no event");
  }

  @Test
  void show_of_what_is_not_there_fails_in_one_line() {
    assertThat(run.of("events", "show", FIRE)).isEqualTo(1);
    assertThat(run.err())
        .isEqualToIgnoringNewLines("kvs-infer: there is no incident of id " + FIRE);
    assertThat(run.of("events", "show", "../x")).isEqualTo(2);
  }

  @Test
  void wrong_options_are_wrong_use() {
    assertThat(run.of("events", "list", "--since", "yesterday")).isEqualTo(2);
    assertThat(run.err()).contains("2026-11-21T02:48:00Z");
    assertThat(run.of("events", "list", "--limit", "0")).isEqualTo(2);
    assertThat(run.of("events", "list", "--page", "nonsense")).isEqualTo(2);
    assertThat(run.of("events", "list", "--since", "1d", "--until", "2d")).isEqualTo(2);
    assertThat(run.of("events")).isEqualTo(2);
  }

  private static String name(String id) {
    return Map.of(FIRE, "FIRE", CAR, "CAR", OLD, "OLD").getOrDefault(id, id);
  }

  private static void store() {
    Instant now = CommandRun.NOW;
    Instant fire = now.minus(Duration.ofHours(2));
    store(Seen.event(FIRE, 0, Phase.OPENED, "yard", "fire_smoke", "fire", 0.7, fire, fire));
    store(
        Seen.event(
            FIRE, 2, Phase.CLOSED, "yard", "fire_smoke", "fire", 0.6, fire, fire.plusSeconds(30)));
    store(
        Seen.event(
            FIRE, 1, Phase.UPDATED, "yard", "fire_smoke", "fire", 0.9, fire, fire.plusSeconds(9)));
    Instant car = now.minusSeconds(60);
    store(Seen.event(CAR, 0, Phase.OPENED, "gate", "alpr", "license plate", 0.8, car, car));
    Instant old = now.minus(Duration.ofDays(5));
    store(Seen.event(OLD, 0, Phase.CLOSED, "yard", "weapon", "gun", 0.5, old, old));
  }

  private static void store(IncidentEvent event) {
    TABLES.events().put(event);
    TABLES.incidents().merge(event);
  }
}
