package io.kvsinfer.functions.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.settings.AllowList;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Desired.Outcome;
import io.kvsinfer.store.CameraTable.CameraItem;
import org.junit.jupiter.api.Test;

final class JudgeTest {
  static final String YARD =
      """
      {"id": "yard", "stream_name": "yard", "region": "eu-west-1",
       "detectors": [{"type": "fire_smoke"}]}
      """;

  @Test
  void a_good_item_is_accepted_with_its_revision() throws Exception {
    Desired desired = judge(YARD);
    assertThat(desired.verdict()).isEqualTo(Outcome.ACCEPTED);
    assertThat(desired.revision()).matches("[0-9a-f]{12}");
    assertThat(judge(YARD)).isEqualTo(desired);
  }

  @Test
  void a_disabled_item_is_paused() throws Exception {
    assertThat(judge(YARD.replaceFirst("\\{", "{\"enabled\": false, ")).verdict())
        .isEqualTo(Outcome.PAUSED);
  }

  @Test
  void a_changed_value_changes_the_revision() throws Exception {
    String faster = YARD.replaceFirst("\\{", "{\"fps_target\": 7, ");
    assertThat(judge(faster).revision()).isNotEqualTo(judge(YARD).revision());
  }

  @Test
  void a_bad_item_is_refused_with_every_reason() throws Exception {
    Desired desired =
        judge(YARD.replaceFirst("\\{", "{\"fps_target\": -1, \"catch_up_seconds\": \"long\", "));
    assertThat(desired.verdict()).isEqualTo(Outcome.REFUSED);
    assertThat(desired.revision()).isNull();
    assertThat(desired.violations())
        .extracting(violation -> violation.path())
        .containsExactlyInAnyOrder("fps_target", "catch_up_seconds");
  }

  private static Desired judge(String json) throws Exception {
    ObjectNode tree = (ObjectNode) new JsonMapper().readTree(json);
    return Judge.judge(new CameraItem(tree.path("id").asText(), tree), AllowList.everything())
        .desired();
  }
}
