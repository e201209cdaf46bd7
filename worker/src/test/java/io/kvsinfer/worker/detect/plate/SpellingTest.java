package io.kvsinfer.worker.detect.plate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SpellingTest {
  private static final Charset ABC = Charset.parse("ABC", "test");

  @Test
  void repetitions_are_one_character_and_blanks_none() {
    // Blank, A, A, blank, A, B, B, C.
    float[] output = steps(4, 0.9f, 0, 1, 1, 0, 1, 2, 2, 3);
    Spelling.Spelled spelled = ctc(8, 4, 0).spell(output);
    assertThat(spelled.text()).isEqualTo("AABC");
    assertThat(spelled.confidences()).containsExactly(0.9, 0.9, 0.9, 0.9);
  }

  @Test
  void the_surest_step_tells_how_sure_a_character_is() {
    float[] output = steps(4, 0.9f, 1, 1, 1, 2);
    setStep(output, 4, 0, 1, 0.6f);
    setStep(output, 4, 2, 1, 0.7f);
    Spelling.Spelled spelled = ctc(4, 4, 0).spell(output);
    assertThat(spelled.text()).isEqualTo("AB");
    assertThat(spelled.confidences()).containsExactly(0.9, 0.9);
    setStep(output, 4, 1, 1, 0.5f);
    assertThat(ctc(4, 4, 0).spell(output).confidences()).containsExactly(0.7, 0.9);
  }

  @Test
  void logits_are_brought_to_probabilities() {
    float[] output = {0, 2, 0, 0, 5, 0, 0, 0};
    Spelling.Spelled spelled = ctc(2, 4, 0).spell(output);
    assertThat(spelled.text()).isEqualTo("A");
    double e2 = Math.exp(2);
    assertThat(spelled.confidences().getFirst()).isEqualTo(e2 / (e2 + 3), within(1e-4));
  }

  @Test
  void classes_may_come_first_and_the_blank_last() {
    // Two steps, B then blank.
    float[] output = {0, 0, 1, 0, 0, 0, 0, 1};
    Spelling last = new Spelling(ReaderLayout.CTC, ABC, 0, 2, 4, true, 3);
    assertThat(last.spell(output).text()).isEqualTo("B");
  }

  @Test
  void a_space_beyond_the_dictionary_is_no_part_of_a_plate() {
    float[] output = steps(5, 1, 1, 4, 2);
    assertThat(ctc(3, 5, 0).spell(output).text()).isEqualTo("AB");
  }

  @Test
  void slots_repeat_as_they_stand_and_are_empty_by_the_blank() {
    Charset padded = Charset.parse("AB-1_", "test");
    Spelling slots = new Spelling(ReaderLayout.SLOTS, padded, 0, 6, 5, false, 4);
    Spelling.Spelled spelled = slots.spell(steps(5, 0.8f, 0, 0, 1, 2, 3, 4));
    assertThat(spelled.text()).isEqualTo("AAB1");
    assertThat(spelled.confidences()).hasSize(4);
  }

  @Test
  void small_letters_are_written_large() {
    Charset small = Charset.parse("[\"ä\", \"ß\"]", "test");
    Spelling slots = new Spelling(ReaderLayout.SLOTS, small, 0, 2, 3, false, 2);
    assertThat(slots.spell(steps(3, 1, 0, 1)).text()).isEqualTo("Äß");
  }

  @Test
  void numbers_that_are_none_read_nothing() {
    float[] output = new float[8];
    Arrays.fill(output, Float.NaN);
    assertThat(ctc(2, 4, 0).spell(output).text()).isEmpty();
    assertThat(ctc(2, 4, 0).spell(output).confidences()).isEqualTo(List.of());
  }

  private static Spelling ctc(int steps, int classes, int blank) {
    return new Spelling(ReaderLayout.CTC, ABC, 0, steps, classes, false, blank);
  }

  /** Rows of probabilities with {@code high} for the wanted class. */
  private static float[] steps(int classes, float high, int... wanted) {
    float[] output = new float[classes * wanted.length];
    for (int step = 0; step < wanted.length; step++) {
      setStep(output, classes, step, wanted[step], high);
    }
    return output;
  }

  private static void setStep(float[] output, int classes, int step, int wanted, float high) {
    for (int c = 0; c < classes; c++) {
      output[step * classes + c] = c == wanted ? high : (1 - high) / (classes - 1);
    }
  }
}
