package io.kvsinfer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.store.CameraTable.CameraItem;
import org.junit.jupiter.api.Test;

final class CameraTableTest {
  private final CameraTable cameras =
      new CameraTable(TestTables.dynamo(), TestTables.create(Tables.CAMERAS));

  @Test
  void items_come_back_raw_even_when_they_are_wrong() throws Exception {
    ObjectNode yard = tree("{\"id\":\"yard\",\"stream_name\":\"yard\",\"fps_target\":2.5}");
    ObjectNode odd = tree("{\"id\":\"../etc\",\"fps_target\":\"many\"}");
    cameras.put(yard);
    cameras.put(odd);
    assertThat(cameras.scan())
        .containsExactlyInAnyOrder(new CameraItem("yard", yard), new CameraItem("../etc", odd));
    assertThat(cameras.get("yard")).contains(new CameraItem("yard", yard));
  }

  @Test
  void pausing_leaves_the_rest_of_an_item() throws Exception {
    cameras.put(tree("{\"id\":\"yard\",\"stream_name\":\"yard\"}"));
    assertThat(cameras.setEnabled("yard", false)).isTrue();
    assertThat(cameras.get("yard").orElseThrow().tree())
        .isEqualTo(tree("{\"id\":\"yard\",\"stream_name\":\"yard\",\"enabled\":false}"));
  }

  @Test
  void pausing_an_unknown_camera_makes_none() {
    assertThat(cameras.setEnabled("attic", false)).isFalse();
    assertThat(cameras.get("attic")).isEmpty();
  }

  @Test
  void a_removed_camera_is_gone() throws Exception {
    cameras.put(tree("{\"id\":\"yard\"}"));
    cameras.delete("yard");
    cameras.delete("yard");
    assertThat(cameras.scan()).isEmpty();
  }

  @Test
  void an_item_without_an_id_is_refused() {
    assertThatThrownBy(() -> cameras.put(tree("{\"id\":7}")))
        .hasMessage("a camera item must have a text id");
  }

  private static ObjectNode tree(String json) throws Exception {
    return (ObjectNode) new JsonMapper().readTree(json);
  }
}
