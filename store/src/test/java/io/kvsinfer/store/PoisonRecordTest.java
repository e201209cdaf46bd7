package io.kvsinfer.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PoisonRecordTest {
  private static final PoisonRecord RECORD =
      new PoisonRecord(
          "shardId-000000000000",
          "49590",
          "yard",
          Instant.parse("2026-11-21T03:00:01.250Z"),
          "not valid JSON at line 1, column 1",
          new byte[] {0, -1, 'x'});

  @Test
  void it_comes_back_as_it_was_set_aside() throws Exception {
    PoisonRecord read = PoisonRecord.ofJson(RECORD.toJson());
    assertThat(read.toJson()).isEqualTo(RECORD.toJson());
    assertThat(read.data()).isEqualTo(RECORD.data());
    assertThat(read.key()).isEqualTo("poison/dt=2026-11-21/shardId-000000000000-49590.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "{}",
        "{\"shard\":1,\"sequence_number\":\"1\",\"partition_key\":\"a\",\"reason\":\"r\"}"
      })
  void what_is_none_is_refused(String json) {
    assertThatThrownBy(() -> PoisonRecord.ofJson(json.getBytes(UTF_8)))
        .isInstanceOf(IOException.class);
  }
}
