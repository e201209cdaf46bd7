package io.kvsinfer.worker.source.getmedia;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.media.frame.EncodedFrame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartCutterTest {
  private final PartCutter cutter = new PartCutter();

  private List<Long> add(long offset) {
    return offsets(cutter.add(Frames.frame("1", offset, offset == 0)));
  }

  private static List<Long> offsets(List<EncodedFrame> frames) {
    return frames.stream().map(f -> f.time().offsetMs()).toList();
  }

  @Test
  void a_frame_is_handed_on_with_the_next_one_until_a_fragment_was_in_order() {
    assertThat(add(0)).isEmpty();
    assertThat(add(40)).containsExactly(0L);
    assertThat(add(80)).containsExactly(40L);
    assertThat(offsets(cutter.end())).containsExactly(80L);
    assertThat(add(0)).containsExactly(0L);
    assertThat(add(40)).containsExactly(40L);
    assertThat(cutter.end()).isEmpty();
  }

  @Test
  void frames_shown_earlier_stay_with_the_one_they_lead_up_to() {
    List<List<Long>> parts = new ArrayList<>();
    for (long offset : new long[] {0, 120, 40, 80, 320, 240, 160, 200, 280, 360}) {
      List<Long> part = add(offset);
      if (!part.isEmpty()) {
        parts.add(part);
      }
    }
    parts.add(offsets(cutter.end()));
    assertThat(parts)
        .containsExactly(
            List.of(0L),
            List.of(120L, 40L, 80L),
            List.of(320L, 240L, 160L, 200L, 280L),
            List.of(360L));
    assertThat(add(0)).as("reordered, so the next frame is waited for").isEmpty();
  }

  @Test
  void a_stream_that_begins_to_reorder_is_cut_anew_from_there() {
    add(0);
    add(40);
    cutter.end();
    assertThat(add(0)).containsExactly(0L);
    assertThat(add(80)).containsExactly(80L);
    assertThat(add(40)).as("shown before what was handed on: known from here on").isEmpty();
    assertThat(add(160)).containsExactly(40L);
    assertThat(add(120)).isEmpty();
    assertThat(offsets(cutter.end())).containsExactly(160L, 120L);
  }

  @Test
  void what_was_held_back_is_forgotten_where_a_fragment_breaks_off() {
    assertThat(add(0)).isEmpty();
    cutter.breakOff();
    assertThat(cutter.end()).isEmpty();
  }
}
