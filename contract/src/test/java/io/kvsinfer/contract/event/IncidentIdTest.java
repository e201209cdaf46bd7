package io.kvsinfer.contract.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class IncidentIdTest {
  private static final Instant AT = Instant.parse("2026-11-21T02:48:00.123Z");
  private static final String FRAGMENT = "91343852333181432392682062607743920146264094592";

  @Test
  void an_id_never_changes_between_versions() {
    assertThat(IncidentId.of("gate-1", "fire_smoke", "fire", FRAGMENT, AT, 1960, 0))
        .isEqualTo("23wb56vgni4efexw4azjg3aj4o");
    assertThat(IncidentId.of("gate-1", "fire_smoke", "fire", null, AT, 0, 1))
        .isEqualTo("mv63eesvroaj7fdh3z4xa4nmyj");
  }

  @Test
  void with_a_fragment_number_the_capture_time_does_not_matter() {
    assertThat(IncidentId.of("a", "d", "l", FRAGMENT, AT, 0, 0))
        .isEqualTo(IncidentId.of("a", "d", "l", FRAGMENT, AT.plusMillis(1), 0, 0));
  }

  @Test
  void every_other_part_makes_another_id() {
    Set<String> ids = new HashSet<>();
    ids.add(IncidentId.of("a", "d", "l", FRAGMENT, AT, 0, 0));
    ids.add(IncidentId.of("b", "d", "l", FRAGMENT, AT, 0, 0));
    ids.add(IncidentId.of("a", "e", "l", FRAGMENT, AT, 0, 0));
    ids.add(IncidentId.of("a", "d", "m", FRAGMENT, AT, 0, 0));
    ids.add(IncidentId.of("a", "d", "l", FRAGMENT + "1", AT, 0, 0));
    ids.add(IncidentId.of("a", "d", "l", FRAGMENT, AT, 1, 0));
    ids.add(IncidentId.of("a", "d", "l", FRAGMENT, AT, 0, 1));
    ids.add(IncidentId.of("a", "d", "l", null, AT, 0, 0));
    ids.add(IncidentId.of("a", "d", "l", null, AT.plusMillis(1), 0, 0));

    assertThat(ids).hasSize(9).allMatch(id -> id.matches("[a-z2-7]{26}"));
  }
}
