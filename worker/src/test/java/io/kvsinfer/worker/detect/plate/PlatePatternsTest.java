package io.kvsinfer.worker.detect.plate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.plate.PlatePatterns.Match;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlatePatternsTest {
  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource({
    "AB12CDE, GB",
    "A123BCD, GB",
    "BAB1234E, DE",
    "MÜX1, DE",
    "AB123CD, FR",
    "1234BCD, ES",
    "京A12345, CN",
    "京AD12345, CN",
    "ABC1D23, BR",
    "7ABC123, US-CA",
    "12X345, NL"
  })
  void a_plate_that_fits_stays_as_it_is(String text, String country) {
    if (country.equals("NL")) {
      assertThat(PlatePatterns.of(List.of("NL"), Map.of()).match(text))
          .isEqualTo(new Match(text, null));
    } else {
      assertThat(PlatePatterns.of(List.of(country), Map.of()).match(text))
          .isEqualTo(new Match(text, country));
    }
  }

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "ABI2CDE, AB12CDE",
    "AB12C0E, AB12COE",
    "ABO1CDE, AB01CDE",
    "A8B1ZCDE, A8B1ZCDE",
    "ABIZCDE, AB12CDE"
  })
  void lookalikes_are_repaired_where_the_pattern_decides(String read, String repaired) {
    assertThat(PlatePatterns.of(List.of("GB"), Map.of()).match(read))
        .extracting(Match::text)
        .isEqualTo(repaired);
  }

  @Test
  void without_countries_nothing_is_repaired() {
    assertThat(PlatePatterns.of(List.of(), Map.of()).match("ABI2CDE"))
        .isEqualTo(new Match("ABI2CDE", null));
  }

  @Test
  void where_a_letter_and_a_digit_may_stand_nothing_is_repaired() {
    PlatePatterns any = PlatePatterns.of(List.of(), Map.of("XX", List.of("[A-Z0-9]{6}")));
    assertThat(any.match("O0I1B8")).isEqualTo(new Match("O0I1B8", "XX"));
  }

  @Test
  void two_ways_to_repair_are_none() {
    // Either the first is a letter or the second a digit.
    PlatePatterns two =
        PlatePatterns.of(List.of(), Map.of("XX", List.of("[A-Z]{2}7", "[0-9]{2}7")));
    assertThat(two.match("0I7")).isEqualTo(new Match("0I7", null));
    // 0 looks like D and like Q where O is not used.
    PlatePatterns noO = PlatePatterns.of(List.of(), Map.of("XX", List.of("[A-NP-Z]{2}[0-9]{2}")));
    assertThat(noO.match("0A12")).isEqualTo(new Match("0A12", null));
  }

  @Test
  void a_text_of_two_countries_is_of_neither() {
    PlatePatterns both = PlatePatterns.of(List.of("FR", "IT"), Map.of());
    assertThat(both.match("AB123CD")).isEqualTo(new Match("AB123CD", null));
    // Q is used in France alone.
    assertThat(both.match("AQ123CD")).isEqualTo(new Match("AQ123CD", "FR"));
  }

  @Test
  void what_is_too_far_from_every_pattern_stays() {
    PlatePatterns spain = PlatePatterns.of(List.of("ES"), Map.of());
    assertThat(spain.match("OIBSBCD")).isEqualTo(new Match("OIBSBCD", null));
    assertThat(spain.match("ABCDEFG")).isEqualTo(new Match("ABCDEFG", null));
    assertThat(spain.match("")).isEqualTo(new Match("", null));
  }

  @Test
  void an_unknown_country_is_refused_with_the_known_ones() {
    assertThatThrownBy(() -> PlatePatterns.of(List.of("XX"), Map.of()))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("params.countries")
        .hasMessageContaining("FR, GB");
  }

  @Test
  void every_pattern_of_the_project_can_be_read() {
    assertThat(PlatePatterns.known()).hasSizeGreaterThan(20);
    assertThat(PlatePatterns.of(PlatePatterns.known(), Map.of())).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[", "[]", "[A-", "[Z-A]", "[A-Z]{", "[A-Z]{2,1}", "A{99}", "*", "[+]"})
  void a_broken_pattern_is_refused(String pattern) {
    assertThatThrownBy(() -> PlatePatterns.of(List.of(), Map.of("XX", List.of(pattern))))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("plate pattern");
  }
}
