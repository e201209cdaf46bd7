package io.kvsinfer.contract.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.table.TableDefinition.KeyAttribute;
import io.kvsinfer.contract.table.TableDefinition.StreamView;
import org.junit.jupiter.api.Test;

final class TablesTest {
  @Test
  void the_tables_are_those_of_the_contract() {
    assertThat(Tables.ALL)
        .extracting(TableDefinition::name)
        .containsExactly("cameras", "camera_state", "events", "incidents");
    assertThat(Tables.ALL)
        .extracting(table -> table.partitionKey().name())
        .containsExactly("id", "camera_id", "camera_id", "incident_id");
  }

  @Test
  void events_sort_by_capture_time_and_expire() {
    assertThat(Tables.EVENTS.sortKey()).isEqualTo(KeyAttribute.string("captured_at#event_id"));
    assertThat(Tables.EVENTS.ttlAttribute()).isEqualTo("expires_at");
  }

  @Test
  void incidents_are_found_by_camera_day_plate_and_openness_each_by_start() {
    assertThat(Tables.INCIDENTS.indexes())
        .extracting(TableDefinition.IndexDefinition::name)
        .containsExactly("by_camera", "by_day", "by_plate", "open");
    assertThat(Tables.INCIDENTS.indexes())
        .extracting(TableDefinition.IndexDefinition::sortKey)
        .containsOnly(KeyAttribute.string("started_at"));
    assertThat(Tables.INCIDENTS.index("open")).isPresent();
    assertThat(Tables.INCIDENTS.index("closed")).isEmpty();
  }

  @Test
  void operators_and_alerts_are_told_of_changes() {
    assertThat(Tables.CAMERAS.stream()).isEqualTo(StreamView.NEW_AND_OLD_IMAGES);
    assertThat(Tables.INCIDENTS.stream()).isEqualTo(StreamView.NEW_AND_OLD_IMAGES);
    assertThat(Tables.CAMERA_STATE.stream()).isNull();
  }
}
