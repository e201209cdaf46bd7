package io.kvsinfer.worker.detect.plate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelCard;
import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.TensorInfo;
import io.kvsinfer.worker.detect.TensorInfo.ElementType;
import io.kvsinfer.worker.detect.plate.ReaderReading.Clear;
import io.kvsinfer.worker.detect.plate.ReaderReading.Unclear;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ReaderRulesTest {
  private static final Map<String, String> ABC = Map.of("character", "A\nB\nC");
  private static final List<Integer> RGB = List.of(1, 3, 48, 168);

  @Test
  void a_reader_of_paddles_kind_is_told_by_its_dictionary_and_steps() {
    Clear clear = clear(RGB, List.of(1, 21, 5), ABC, Map.of());
    assertThat(clear.spelling().layout()).isEqualTo(ReaderLayout.CTC);
    assertThat(clear.spelling().blank()).isZero();
    assertThat(clear.spelling().steps()).isEqualTo(21);
    assertThat(clear.input())
        .isEqualTo(new ReaderInput(168, 48, 3, false, "signed", "bgr", "stretch"));
    // What was taken for granted is told with the setting that changes it.
    assertThat(clear.told())
        .anyMatch(t -> t.contains("blank: class 0, as in PaddleOCR; params.reader_blank"))
        .anyMatch(t -> t.contains("params.reader_range"));
  }

  @Test
  void an_open_width_is_padded_to() {
    Clear clear = clear(List.of(-1, 3, -1, -1), List.of(-1, -1, 4), ABC, Map.of());
    assertThat(clear.input()).isEqualTo(new ReaderInput(320, 48, 3, false, "signed", "bgr", "pad"));
    assertThat(clear.spelling().steps()).isEqualTo(40);
    assertThat(
            clear(
                    List.of(-1, 3, 32, -1),
                    List.of(-1, -1, 4),
                    ABC,
                    Map.of("reader_width", 200L, "reader_fit", "stretch"))
                .input())
        .isEqualTo(new ReaderInput(200, 32, 3, false, "signed", "bgr", "stretch"));
  }

  @Test
  void steps_and_classes_are_found_wherever_they_stand() {
    assertThat(clear(RGB, List.of(18, 1, 4), ABC, Map.of()).spelling().steps()).isEqualTo(18);
    Spelling first = clear(RGB, List.of(1, 4, 18), ABC, Map.of()).spelling();
    assertThat(first.classesFirst()).isTrue();
    assertThat(first.steps()).isEqualTo(18);
    assertThat(clear(RGB, List.of(1, 1, 18, 4), ABC, Map.of()).spelling().classes()).isEqualTo(4);
  }

  @Test
  void slots_are_told_by_one_row_or_an_entry_for_none() {
    Map<String, String> padded = Map.of("alphabet", "ABC_");
    List<Integer> grey = List.of(-1, 64, 128, 1);
    Clear flat = clear(grey, List.of(-1, 28), padded, Map.of());
    assertThat(flat.spelling().layout()).isEqualTo(ReaderLayout.SLOTS);
    assertThat(flat.spelling().steps()).isEqualTo(7);
    assertThat(flat.spelling().blank()).isEqualTo(3);
    assertThat(flat.input())
        .isEqualTo(new ReaderInput(128, 64, 1, true, "bytes", "rgb", "stretch"));
    assertThat(clear(grey, List.of(1, 7, 4), padded, Map.of()).spelling().layout())
        .isEqualTo(ReaderLayout.SLOTS);
  }

  @Test
  void settings_win_over_metadata_and_metadata_over_what_is_usual() {
    Map<String, String> metadata =
        Map.of(
            "charset",
            "ABC",
            "layout",
            "ctc",
            "blank",
            "-1",
            "input_range",
            "unit",
            "input_order",
            "rgb",
            "input_fit",
            "pad");
    Clear told = clear(RGB, List.of(1, 10, 4), metadata, Map.of());
    assertThat(told.spelling().layout()).isEqualTo(ReaderLayout.CTC);
    assertThat(told.spelling().blank()).isEqualTo(3);
    assertThat(told.input()).isEqualTo(new ReaderInput(168, 48, 3, false, "unit", "rgb", "pad"));
    Clear said =
        clear(
            RGB,
            List.of(1, 10, 4),
            metadata,
            Map.of(
                "reader_layout", "slots",
                "reader_blank", "first",
                "reader_range", "bytes",
                "reader_order", "bgr",
                "reader_fit", "stretch"));
    assertThat(said.spelling().layout()).isEqualTo(ReaderLayout.SLOTS);
    assertThat(said.spelling().blank()).isZero();
    assertThat(said.input())
        .isEqualTo(new ReaderInput(168, 48, 3, false, "bytes", "bgr", "stretch"));
    assertThat(
            clear(RGB, List.of(1, 10, 4), metadata, Map.of("reader_blank", 2L)).spelling().blank())
        .isEqualTo(2);
  }

  @Test
  void the_projects_own_readers_say_everything() {
    Map<String, String> own =
        Map.of(
            "task",
            "plate_text",
            "layout",
            "ctc",
            "names",
            "[\"0\", \"A\", \"Ä\"]",
            "blank",
            "0",
            "scale",
            "255",
            "resize",
            "stretch");
    Clear clear = clear(List.of(-1, 1, 48, 168), List.of(-1, 84, 4), own, Map.of());
    assertThat(clear.spelling().charset().characters()).containsExactly("0", "A", "Ä");
    assertThat(clear.input())
        .isEqualTo(new ReaderInput(168, 48, 1, false, "bytes", "rgb", "stretch"));
    assertThat(clear.told()).noneMatch(t -> t.contains("as usual"));
  }

  @Test
  void the_manifest_tells_characters_and_layout() {
    ModelCard card =
        new ModelCard(
            "plates",
            "p.onnx",
            "0",
            "plate_text",
            "n",
            "plate_text",
            RGB,
            "slots",
            List.of("_", "A", "B"),
            Map.of(),
            "MIT",
            "trained");
    Clear clear =
        (Clear)
            ReaderRules.read(
                network(RGB, List.of(1, 9, 3), ElementType.FLOAT32, Map.of(), card),
                params(Map.of()));
    assertThat(clear.spelling().layout()).isEqualTo(ReaderLayout.SLOTS);
    assertThat(clear.spelling().blank()).isZero();
  }

  @Test
  void what_is_open_names_the_setting_that_decides_it() {
    unclear(RGB, List.of(1, 21, 4), Map.of(), "params.reader_charset");
    unclear(RGB, List.of(1, 21, 9), ABC, "a charset of 3 characters asks for");
    unclear(RGB, List.of(1, 9, 4), ABC, "params.reader_layout");
    unclear(RGB, List.of(1, 21, 3), ABC, "params.reader_blank");
    unclear(RGB, List.of(1, 84), ABC, "params.reader_blank");
    unclear(List.of(1, 2, 48, 168), List.of(1, 21, 4), ABC, "[1, 1 or 3, height, width]");
    unclear(List.of(1, 100), List.of(1, 21, 4), ABC, "[1, 1 or 3, height, width]");
  }

  @Test
  void wrong_params_are_told() {
    refused(Map.of("reader_layout", "attention"), "ctc, slots");
    refused(Map.of("reader_blank", "middle"), "first, last or the index");
    refused(Map.of("reader_range", "byte"), "unit, signed, bytes");
    refused(Map.of("reader_width", 1.5), "from 16 to 4096");
    refused(Map.of("reader", 3L), "must be text");
    refused(Map.of("reader_confidence", 2), "from 0 to 1");
    assertThat(params(Map.of("reader", "none")).off()).isTrue();
  }

  private static void refused(Map<String, Object> params, String why) {
    assertThatThrownBy(() -> params(params))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining(why);
  }

  private static void unclear(
      List<Integer> input, List<Integer> output, Map<String, String> metadata, String why) {
    assertThat(
            ReaderRules.read(
                network(input, output, ElementType.FLOAT32, metadata, null), params(Map.of())))
        .isInstanceOfSatisfying(Unclear.class, u -> assertThat(u.why()).contains(why));
  }

  private static Clear clear(
      List<Integer> input,
      List<Integer> output,
      Map<String, String> metadata,
      Map<String, Object> params) {
    ReaderReading reading =
        ReaderRules.read(
            network(input, output, ElementType.FLOAT32, metadata, null), params(params));
    assertThat(reading).isInstanceOf(Clear.class);
    return (Clear) reading;
  }

  private static ReaderParams params(Map<String, Object> params) {
    return ReaderParams.of(
        new DetectorSettings(
            "alpr",
            "alpr",
            true,
            null,
            ConfidenceThreshold.unset(),
            List.of(),
            List.of(),
            ConfirmSettings.defaults(),
            0,
            0,
            60,
            params));
  }

  /** A network whose open output has one step for each 8 columns of its input. */
  private static Network network(
      List<Integer> input,
      List<Integer> output,
      ElementType type,
      Map<String, String> metadata,
      @Nullable ModelCard card) {
    ModelDescription description =
        new ModelDescription(
            "reader",
            "0",
            List.of(new TensorInfo("x", type, input)),
            List.of(new TensorInfo("y", ElementType.FLOAT32, output)),
            metadata,
            card);
    return new Network() {
      private int columns;

      @Override
      public ModelDescription description() {
        return description;
      }

      @Override
      public String device() {
        return "cpu";
      }

      @Override
      public ByteBuffer bind(List<Integer> shape) {
        columns = shape.get(3);
        return ByteBuffer.allocateDirect(4);
      }

      @Override
      public List<Output> run() {
        List<Integer> shape =
            output.size() == 3 ? List.of(1, columns / 8, output.get(2)) : List.of(1, output.get(1));
        return List.of(new Output(shape, new float[0]));
      }

      @Override
      public void close() {}
    };
  }
}
