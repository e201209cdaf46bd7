package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.settings.AllowList;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.store.CameraTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CameraListTest {
  private static final String YAML =
      """
      schema: 1
      aws: {region: eu-central-1}
      cameras:
        - {id: yard, stream_name: yard, detectors: [{type: fire_smoke}]}
        - {id: gate, enabled: false, stream_name: gate, detectors: [{type: alpr}]}
      """;

  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("cameras.yaml"), text);
  }

  private WorkerOptions options(Path config) {
    return WorkerOptions.of(
        List.of("--config", config.toString()),
        Map.of("KVS_INFER_PORT", "0", "AWS_REGION", "eu-central-1"));
  }

  @Test
  void a_file_gives_its_enabled_cameras() throws Exception {
    CameraList list = CameraList.of(file(YAML));
    assertThat(list.cameras()).extracting(CameraSettings::id).containsExactly("yard");
    assertThat(list.refused()).isEmpty();
  }

  @Test
  void a_file_that_is_wrong_is_refused_as_a_whole_and_says_where() throws Exception {
    CameraList list = CameraList.of(file(YAML.replace("stream_name: gate", "stream_nam: gate")));
    assertThat(list.cameras()).isEmpty();
    assertThat(list.refused()).singleElement().asString().contains("cameras.yaml", "stream_nam");
  }

  @Test
  void a_file_that_is_not_there_is_named() {
    assertThatThrownBy(() -> CameraList.of(folder.resolve("none.yaml")))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("no settings file", "none.yaml");
  }

  @Test
  void cameras_of_the_table_are_judged_one_by_one() throws Exception {
    CameraTable table = new CameraTable(StateTables.dynamo(), StateTables.create(Tables.CAMERAS));
    table.put(item("yard", "fire_smoke"));
    ObjectNode wrong = item("gate", "fire_smoke");
    wrong.put("fps_targt", 5);
    table.put(wrong);
    CameraList list = CameraList.of(table, List.of("yard", "gate", "dock"), AllowList.everything());
    assertThat(list.cameras()).extracting(CameraSettings::id).containsExactly("yard");
    assertThat(list.refused()).hasSize(2);
    assertThat(list.refused().get(0)).asString().contains("camera gate", "fps_targt");
    assertThat(list.refused().get(1)).asString().contains("camera dock", "no such item");
  }

  private static ObjectNode item(String id, String detector) {
    ObjectNode item = JsonMapper.builder().build().createObjectNode();
    item.put("id", id);
    item.put("stream_name", id);
    item.put("region", "eu-central-1");
    item.putArray("detectors").addObject().put("type", detector);
    return item;
  }

  @Test
  void a_worker_whose_settings_are_refused_ends_with_4() throws Exception {
    Path wrong = file(YAML.replace("type: alpr", "typ: alpr"));
    assertThat(new Worker(options(wrong)).run()).isEqualTo(Worker.SETTINGS_REFUSED);
  }

  @Test
  void a_worker_with_nothing_enabled_has_failed() throws Exception {
    Path idle = file(YAML.replace("{id: yard,", "{id: yard, enabled: false,"));
    assertThat(new Worker(options(idle)).run()).isEqualTo(Worker.FAILED);
  }

  @Test
  void a_process_that_is_started_wrongly_ends_with_4() {
    assertThat(WorkerMain.run(List.of("--nothing"), Map.of())).isEqualTo(Worker.SETTINGS_REFUSED);
  }
}
