package io.kvsinfer.contract.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearestTest {
  private static final List<String> NAMES =
      List.of("stream_name", "stream_arn", "fps_target", "enabled", "id", "tags");

  @ParameterizedTest
  @CsvSource({
    "steam_name, stream_name",
    "streamName, stream_name",
    "stream-arn, stream_arn",
    "fps_traget, fps_target",
    "Enable, enabled",
    "ids, id",
    "tag, tags"
  })
  void a_slip_finds_the_name_meant(String written, String meant) {
    assertThat(Nearest.of(written, NAMES)).hasValue(meant);
  }

  @ParameterizedTest
  @CsvSource({"colour", "retention_hours", "xy", "''"})
  void what_is_like_none_finds_none(String written) {
    assertThat(Nearest.of(written, NAMES)).isEmpty();
  }
}
