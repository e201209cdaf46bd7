package io.kvsinfer.worker.detect.yolo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelCard;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LabelsTest {
  private static final ModelCard CARD =
      new ModelCard(
          "weapon-n",
          "w.onnx",
          "0".repeat(64),
          "weapon",
          "n",
          null,
          List.of(1, 3, 320, 320),
          "yolox",
          List.of("gun", "knife"),
          Map.of("gun", 0.45),
          "MIT",
          "by hand");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"0\": \"gun\", \"1\": \"driver's seat\"}",
        "{0: 'gun', 1: \"driver's seat\"}",
        "{1: 'driver\\'s seat', 0: 'gun'}",
        "['gun', \"driver's seat\"]",
        " { 0 : 'gun' , 1 : \"driver's seat\" , } ",
        "{0: gun, 1: driver's seat}",
        "{'gun': 0, \"driver's seat\": 1}",
        "{\"gun\": \"0\", \"driver's seat\": \"1\"}",
        "[gun, driver's seat]",
        "0: gun\n1: driver's seat\n",
        "names:\n  0: gun\n  1: \"driver's seat\"\n",
        "- gun\n- driver's seat",
        "[\"g\\u0075n\", 'driver\\x27s seat']",
      })
  void names_are_read_as_json_and_as_python(String text) {
    assertThat(NamesText.parse(text)).contains(List.of("gun", "driver's seat"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gun",
        "{}",
        "{0: 'gun'",
        "{0: 'gun}",
        "{0: 'gun', 2: 'knife'}",
        "{0: 'gun', 0: 'knife'}",
        "{'a': 'gun'}",
        "{0 'gun'}",
        "{gun}",
        "0: gun\n2: knife",
        "['gun' 'knife']",
        "['gun'] and more"
      })
  void what_is_no_list_of_names_is_none(String text) {
    assertThat(NamesText.parse(text)).isEmpty();
  }

  @Test
  void labels_of_unknown_origin_are_made_fit_for_keys() {
    assertThat(Labels.safe(List.of("traffic light", "a/b", "../x", "\u4eba", "", "x".repeat(99))))
        .containsExactly("traffic light", "a_b", "x", "class_3", "class_4", "x".repeat(64));
  }

  @Test
  void eighty_classes_are_taken_for_coco_and_others_counted() {
    assertThat(Labels.assumed(80)).hasSize(80).startsWith("person").endsWith("toothbrush");
    assertThat(Labels.assumed(2)).containsExactly("class_0", "class_1");
  }

  @Test
  void thresholds_come_from_the_settings_then_the_manifest_then_a_constant() {
    ConfidenceThreshold byLabel = new ConfidenceThreshold(null, Map.of("knife", 0.7));
    assertThat(thresholds(ConfidenceThreshold.unset(), List.of())).containsExactly(0.45f, 0.4f);
    assertThat(thresholds(byLabel, List.of())).containsExactly(0.45f, 0.7f);
    assertThat(thresholds(new ConfidenceThreshold(0.2, Map.of("knife", 0.7)), List.of()))
        .containsExactly(0.2f, 0.7f);
  }

  @Test
  void labels_left_out_are_out_of_reach() {
    assertThat(thresholds(ConfidenceThreshold.unset(), List.of("knife")))
        .containsExactly(Float.POSITIVE_INFINITY, 0.4f);
  }

  @Test
  void a_label_that_the_model_does_not_have_is_refused() {
    assertThatThrownBy(() -> thresholds(ConfidenceThreshold.unset(), List.of("car")))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("labels")
        .hasMessageContaining("no label car")
        .hasMessageContaining("gun, knife");
    ConfidenceThreshold car = new ConfidenceThreshold(null, Map.of("car", 0.5));
    assertThatThrownBy(() -> thresholds(car, List.of()))
        .hasMessageContaining("confidence_threshold");
  }

  @Test
  void params_of_the_wrong_kind_are_refused() {
    assertThatThrownBy(() -> params(Map.of("layout", 5L))).hasMessageContaining("params.layout");
    assertThatThrownBy(() -> params(Map.of("names", "gun"))).hasMessageContaining("params.names");
    assertThatThrownBy(() -> params(Map.of("iou", 2.0)))
        .hasMessageContaining("params.iou = 2.0")
        .hasMessageContaining("0 to 1");
    assertThatThrownBy(() -> params(Map.of("batch_size", 1.5)))
        .hasMessageContaining("params.batch_size = 1.5: must be a whole number from 1 to 256");
    assertThat(params(Map.of("names", List.of("a"), "input_size", 320L, "model_size", "s")))
        .isEqualTo(
            new YoloParams(
                null, List.of("a"), "s", 320, null, null, PictureParams.NONE, 0.45, 300, 1));
  }

  private static YoloParams params(Map<String, Object> params) {
    return YoloParams.of(settings(ConfidenceThreshold.unset(), List.of(), params));
  }

  private static float[] thresholds(ConfidenceThreshold confidence, List<String> labels) {
    return Thresholds.of(List.of("gun", "knife"), settings(confidence, labels, Map.of()), CARD)
        .byClass();
  }

  private static DetectorSettings settings(
      ConfidenceThreshold confidence, List<String> labels, Map<String, Object> params) {
    return new DetectorSettings(
        "weapon",
        "weapon",
        true,
        null,
        confidence,
        labels,
        List.of(),
        ConfirmSettings.defaults(),
        0,
        0,
        60,
        params);
  }
}
