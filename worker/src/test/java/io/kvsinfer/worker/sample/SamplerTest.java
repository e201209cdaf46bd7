package io.kvsinfer.worker.sample;

import static io.kvsinfer.worker.sample.Decision.DECODE_AND_LOOK;
import static io.kvsinfer.worker.sample.Decision.DECODE_ONLY;
import static io.kvsinfer.worker.sample.Decision.DROP;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.media.frame.VideoTrack;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SamplerTest {
  private static final VideoTrack TRACK = new VideoTrack(Codec.H264, new byte[0], 640, 360);
  private static final Instant T = Instant.parse("2026-11-21T02:48:00Z");

  @Test
  void frames_that_a_looked_at_one_needs_are_decoded_and_those_after_it_dropped() {
    Sampler sampler = new Sampler(SampleGrid.of(2));
    assertThat(decisions(sampler.plan(fragment(0, 8, 8, 100))))
        .containsExactly(
            DECODE_AND_LOOK,
            DECODE_ONLY,
            DECODE_ONLY,
            DECODE_ONLY,
            DECODE_ONLY,
            DECODE_AND_LOOK,
            DROP,
            DROP);
  }

  @Test
  void a_group_of_pictures_without_a_looked_at_frame_is_dropped_whole() {
    Sampler sampler = new Sampler(SampleGrid.of(0.5));
    assertThat(decisions(sampler.plan(fragment(0, 4, 2, 500))))
        .containsExactly(DECODE_AND_LOOK, DROP, DROP, DROP);
    assertThat(decisions(sampler.plan(fragment(2000, 4, 2, 500))))
        .containsExactly(DECODE_AND_LOOK, DROP, DROP, DROP);
  }

  @Test
  void the_first_frame_of_a_slot_is_looked_at_in_the_order_of_showing() {
    // I0 P3 B1 B2 by decoding, slots of 100 ms: B1 at 100 ms and B2 at 200 ms come before P3.
    Sampler sampler = new Sampler(SampleGrid.of(5));
    List<EncodedFrame> frames =
        List.of(frame(0, true), frame(300, false), frame(100, false), frame(200, false));
    assertThat(decisions(sampler.plan(frames)))
        .containsExactly(DECODE_AND_LOOK, DECODE_ONLY, DECODE_ONLY, DECODE_AND_LOOK);
  }

  @Test
  void another_grid_holds_from_the_next_fragment_on() {
    Sampler sampler = new Sampler(SampleGrid.of(1));
    assertThat(decisions(sampler.plan(fragment(0, 4, 4, 250))))
        .containsExactly(DECODE_AND_LOOK, DROP, DROP, DROP);
    sampler.change(SampleGrid.of(4));
    assertThat(decisions(sampler.plan(fragment(1000, 4, 4, 250)))).containsOnly(DECODE_AND_LOOK);
    sampler.change(SampleGrid.of(1));
    assertThat(decisions(sampler.plan(fragment(1750, 4, 4, 250))))
        .as("the slot of the newest frame has been seen")
        .containsExactly(DECODE_ONLY, DECODE_AND_LOOK, DROP, DROP);
  }

  @Test
  void thin_takes_every_other_slot_counts_the_rest_and_goes_back_to_all() {
    Sampler sampler = new Sampler(SampleGrid.of(4));
    sampler.thin(true);
    assertThat(decisions(sampler.plan(fragment(0, 8, 8, 250))))
        .containsExactly(
            DECODE_AND_LOOK,
            DECODE_ONLY,
            DECODE_AND_LOOK,
            DECODE_ONLY,
            DECODE_AND_LOOK,
            DECODE_ONLY,
            DECODE_AND_LOOK,
            DROP);
    assertThat(sampler.leftOut()).isEqualTo(4);
    sampler.thin(false);
    assertThat(decisions(sampler.plan(fragment(2000, 4, 4, 250)))).containsOnly(DECODE_AND_LOOK);
    assertThat(sampler.leftOut()).isZero();
    sampler.thin(true);
    assertThat(decisions(sampler.plan(fragment(3000, 2, 2, 250))))
        .containsExactly(DECODE_AND_LOOK, DROP);
  }

  @Test
  void a_stream_with_leading_pictures_is_decoded_whole() {
    Sampler sampler = new Sampler(SampleGrid.of(1));
    List<EncodedFrame> frames =
        List.of(frame(0, true), frame(500, true), frame(400, false), frame(900, false));
    assertThat(decisions(sampler.plan(frames)))
        .containsExactly(DECODE_AND_LOOK, DECODE_ONLY, DECODE_ONLY, DECODE_ONLY);
    assertThat(decisions(sampler.plan(fragment(1000, 3, 3, 100))))
        .containsExactly(DECODE_AND_LOOK, DECODE_ONLY, DECODE_ONLY);
  }

  @Test
  void a_decoded_picture_is_looked_at_when_it_was_chosen_once() {
    Sampler sampler = new Sampler(SampleGrid.of(5));
    List<PlannedFrame> plan = sampler.plan(fragment(0, 6, 6, 100));
    List<Boolean> looks = new ArrayList<>();
    plan.forEach(p -> looks.add(sampler.looksAt(p.frame().time())));
    assertThat(looks).containsExactly(true, false, true, false, true, false);
    assertThat(sampler.looksAt(plan.getFirst().frame().time())).isFalse();
  }

  @Test
  void a_picture_the_decoder_lost_does_not_hold_up_the_next() {
    Sampler sampler = new Sampler(SampleGrid.of(5));
    List<PlannedFrame> plan = sampler.plan(fragment(0, 6, 6, 100));
    assertThat(sampler.looksAt(plan.get(4).frame().time())).isTrue();
    assertThat(sampler.looksAt(plan.get(2).frame().time())).isFalse();
  }

  @Test
  void two_runs_look_at_the_same_frames_wherever_the_second_begins() {
    List<Instant> whole = looked(new Sampler(SampleGrid.of(5)), 0, 10);
    Sampler second = new Sampler(SampleGrid.of(5));
    second.resumeAfter(T.plusMillis(4 * 1001 - 33));
    List<Instant> rest = looked(second, 4, 10);
    assertThat(whole).endsWith(rest.toArray(Instant[]::new));
    assertThat(rest.size()).isGreaterThan(25);
  }

  private static List<Instant> looked(Sampler sampler, int from, int to) {
    List<Instant> looked = new ArrayList<>();
    for (int i = from; i < to; i++) {
      for (PlannedFrame p : sampler.plan(fragment(i * 1001L, 30, 30, 33))) {
        if (p.decision() == DECODE_AND_LOOK) {
          looked.add(p.frame().time().capturedAt());
        }
      }
    }
    return looked;
  }

  private static List<Decision> decisions(List<PlannedFrame> plan) {
    return plan.stream().map(PlannedFrame::decision).toList();
  }

  private static List<EncodedFrame> fragment(long atMs, int count, int gop, int everyMs) {
    List<EncodedFrame> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frames.add(frame(atMs + (long) i * everyMs, i % gop == 0));
    }
    return frames;
  }

  private static EncodedFrame frame(long ms, boolean keyframe) {
    return new EncodedFrame(
        TRACK, new byte[0], new FrameTime(T.plusMillis(ms), null, "1", ms, keyframe, ms == 0));
  }
}
