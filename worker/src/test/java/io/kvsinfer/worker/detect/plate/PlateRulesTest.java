package io.kvsinfer.worker.detect.plate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.event.IncidentEvent.Plate;
import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.PlateReading;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PlateRulesTest {
  private static final Map<String, Object> ALLOWED =
      Map.of("name", "residents", "kind", "allow", "plates", List.of("AB 12 CDE", 1234567));
  private static final Map<String, Object> WANTED =
      Map.of("name", "stolen", "kind", "deny", "plates", List.of("AB13CDF"));

  @Test
  void a_plate_is_repaired_and_looked_up() {
    Plate plate = read(Map.of("countries", List.of("GB"), "lists", List.of(ALLOWED)), "ABI2CDE");
    assertThat(plate.text()).isEqualTo("AB12CDE");
    assertThat(plate.country()).isEqualTo("GB");
    assertThat(plate.list()).isEqualTo("residents");
    assertThat(plate.reads()).isEqualTo(1);
    assertThat(plate.toString()).doesNotContain("AB12CDE");
  }

  @Test
  void an_allow_list_wants_the_plate_itself_a_deny_list_something_near() {
    List<Object> both = List.of(ALLOWED, WANTED);
    assertThat(list(both, "AB12CDX")).isNull();
    assertThat(list(both, "AB13CD")).isEqualTo("stolen");
    assertThat(list(both, "1234567")).isEqualTo("residents");
    // As near to the one as to the other is denied; the plate itself is nearer than anything.
    assertThat(list(List.of(far(ALLOWED, 1), far(WANTED, 1)), "AB12CDF")).isEqualTo("stolen");
    assertThat(list(both, "AB12CDE")).isEqualTo("residents");
  }

  @Test
  void a_short_plate_must_be_read_exactly() {
    Map<String, Object> shorts =
        Map.of("name", "x", "kind", "watch", "plates", List.of("A1", "B23"), "max_distance", 1L);
    assertThat(list(List.of(shorts), "A2")).isNull();
    assertThat(list(List.of(shorts), "A1")).isEqualTo("x");
    assertThat(list(List.of(shorts), "B24")).isEqualTo("x");
  }

  @Test
  void detectors_of_other_types_have_params_of_their_own() {
    assertThat(PlateRules.of(settings("crowd", Map.of("lists", "anything"))))
        .isSameAs(PlateRules.NONE);
  }

  @Test
  void wrong_params_are_told_without_quoting_plates() {
    refused(Map.of("countries", "GB"), "params.countries must be a list");
    refused(Map.of("countries", List.of(false)), "in quotes");
    refused(Map.of("patterns", List.of()), "params.patterns must be a map");
    refused(Map.of("patterns", Map.of("XX", List.of("["))), "plate pattern");
    refused(Map.of("lists", "x"), "params.lists must be a list");
    refused(Map.of("lists", List.of("x")), "params.lists[0] must be a map");
    refused(lists(Map.of("name", "x", "kind", "black")), "params.lists[0].kind");
    refused(lists(Map.of("kind", "deny")), "params.lists[0].name");
    refused(lists(Map.of("name", "x", "kind", "deny", "plate", "SECRET")), "plate is not known");
    refused(lists(Map.of("name", "x", "kind", "deny")), "params.lists[0].plates");
    refused(
        lists(Map.of("name", "x", "kind", "deny", "plates", List.of("SECRET", "--"))),
        "params.lists[0].plates[1]");
    refused(
        lists(Map.of("name", "x", "kind", "deny", "plates", List.of("SECRET"), "max_distance", 9)),
        "max_distance must be");
    refused(Map.of("lists", List.of(WANTED, WANTED)), "another list is called so");
  }

  private static Map<String, Object> lists(Map<String, Object> list) {
    return Map.of("lists", List.of(list));
  }

  private static Map<String, Object> far(Map<String, Object> list, int distance) {
    Map<String, Object> changed = new java.util.HashMap<>(list);
    changed.put("max_distance", distance);
    return changed;
  }

  private static void refused(Map<String, Object> params, String why) {
    assertThatThrownBy(() -> PlateRules.of(settings("alpr", params)))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("SECRET");
  }

  private static @Nullable String list(List<Object> lists, String text) {
    return read(Map.of("lists", lists), text).list();
  }

  private static Plate read(Map<String, Object> params, String text) {
    PlateBallot ballot = new PlateBallot();
    ballot.add(new PlateReading(text, Collections.nCopies(text.length(), 0.9), 10));
    return PlateRules.of(settings("alpr", params)).plate(ballot).orElseThrow();
  }

  private static DetectorSettings settings(String type, Map<String, Object> params) {
    return new DetectorSettings(
        type,
        type,
        true,
        null,
        ConfidenceThreshold.unset(),
        List.of(),
        List.of(),
        ConfirmSettings.defaults(),
        0,
        0,
        60,
        params);
  }
}
