package io.kvsinfer.contract.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimestampsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-21T02:48:00Z",
        "2026-11-21T02:48:00.123456Z",
        "1969-12-31T23:59:59.999999Z"
      })
  void a_time_always_has_exactly_milliseconds(String time) {
    String text = Timestamps.format(Instant.parse(time));

    assertThat(text).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(Timestamps.format(Timestamps.parse(text))).isEqualTo(text);
  }

  @Test
  void what_is_finer_is_cut_off_not_rounded() {
    assertThat(Timestamps.format(Instant.parse("2026-11-21T02:48:00.9999Z")))
        .isEqualTo("2026-11-21T02:48:00.999Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-21T02:48:00Z",
        "2026-11-21T02:48:00.1234Z",
        "2026-11-21T02:48:00.123+00:00",
        "2026-13-21T02:48:00.123Z",
        "yesterday"
      })
  void any_other_form_is_refused(String text) {
    assertThatThrownBy(() -> Timestamps.parse(text)).isInstanceOf(DateTimeParseException.class);
  }

  @Test
  void a_year_of_five_digits_would_not_sort_and_is_refused() {
    assertThatThrownBy(() -> Timestamps.format(Instant.MAX))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Timestamps.format(Instant.parse("+10000-01-01T00:00:00Z")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
