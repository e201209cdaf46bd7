package io.kvsinfer.worker.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.MotionSettings;
import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.media.frame.VideoTrack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

final class MotionGateTest {
  private static final Instant T = Instant.parse("2026-11-21T02:48:00Z");
  private static final VideoTrack TRACK = new VideoTrack(Codec.H264, new byte[0], 320, 180);
  private static final MotionPicture SMALL = new MotionPicture(16, 9);

  private final MotionGate gate =
      new MotionGate(new MotionSettings(true, 0.5, 10), 5, MotionZone.everywhere());

  /** Ten frames a second from {@code start} on, the first of them a keyframe. */
  private static List<EncodedFrame> group(double start, int frames, IntUnaryOperator bytes) {
    List<EncodedFrame> group = new ArrayList<>();
    for (int i = 0; i < frames; i++) {
      byte[] data = new byte[i == 0 ? 20_000 : bytes.applyAsInt(i)];
      FrameTime time = new FrameTime(at(start + i / 10.0), null, null, 0, i == 0, false);
      group.add(new EncodedFrame(TRACK, data, time));
    }
    return group;
  }

  private static List<EncodedFrame> quiet(double start) {
    return group(start, 10, i -> 300 + i);
  }

  private boolean pass(List<EncodedFrame> group) {
    boolean awake = gate.begin(group.getFirst().time().capturedAt());
    gate.ended(group);
    return awake;
  }

  private static Instant at(double seconds) {
    return T.plus(Duration.ofMillis(Math.round(seconds * 1000)));
  }

  private static byte[] picture(int level) {
    byte[] grey = new byte[SMALL.cells()];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = (byte) (i % 16 < 8 && i / 16 > 3 ? 100 + level : 100);
    }
    return grey;
  }

  @Test
  void a_camera_begins_awake_and_sleeps_after_a_while_without_motion() {
    assertThat(pass(quiet(0))).isTrue();
    assertThat(pass(quiet(3.9))).isTrue();
    assertThat(pass(quiet(4))).isFalse();
  }

  @Test
  void motion_keeps_it_awake_for_a_while() {
    pass(quiet(0));
    assertThat(gate.measure(at(0), SMALL, picture(0))).isFalse();
    assertThat(gate.measure(at(3), SMALL, picture(60))).isTrue();
    assertThat(pass(quiet(6.9))).isTrue();
    assertThat(pass(quiet(7))).isFalse();
  }

  @Test
  void where_motion_counts_can_change_while_it_runs() {
    gate.begin(at(0));
    gate.measure(at(0), SMALL, picture(0));
    assertThat(gate.measure(at(1), SMALL, picture(60))).isTrue();
    gate.change(MotionZone.of(MotionZoneTest.masked()));
    assertThat(gate.measure(at(2), SMALL, picture(0))).isFalse();
    assertThat(gate.measure(at(3), SMALL, picture(60))).isFalse();
    assertThat(gate.measure(at(4), SMALL, picture(0))).isFalse();
  }

  @Test
  void a_clock_that_is_set_back_finds_it_awake() {
    pass(quiet(100));
    assertThat(pass(quiet(110))).isFalse();
    assertThat(pass(quiet(109))).isFalse();
    assertThat(pass(quiet(50))).isTrue();
  }

  @Test
  void a_group_that_weighs_more_than_quiet_ones_is_unusual() {
    for (int i = 0; i < 10; i++) {
      pass(quiet(i));
    }
    assertThat(gate.unusual(quiet(10))).isFalse();
    assertThat(gate.unusual(group(10, 10, i -> i < 5 ? 300 : 900))).isTrue();
    assertThat(gate.unusual(group(10, 1, i -> 0))).isFalse();
  }

  @Test
  void nothing_is_unusual_before_some_groups_are_known() {
    pass(quiet(0));
    pass(quiet(1));
    assertThat(gate.unusual(group(2, 10, i -> 5000))).isFalse();
  }

  @Test
  void a_group_with_motion_is_not_learned_and_a_heavier_stream_is() {
    for (int i = 0; i < 6; i++) {
      pass(quiet(i));
    }
    List<EncodedFrame> busy = group(6, 10, i -> 900);
    gate.begin(at(6));
    gate.measure(at(6), SMALL, picture(0));
    gate.measure(at(6.5), SMALL, picture(60));
    gate.ended(busy);
    pass(quiet(7));
    assertThat(gate.unusual(group(8, 10, i -> 900))).isTrue();
    for (int i = 20; i < 50; i++) {
      pass(group(i, 10, n -> 900));
    }
    assertThat(gate.unusual(group(50, 10, i -> 900))).isFalse();
  }

  @Test
  void one_keyframe_a_second_at_most_is_decoded() {
    int decoded = 0;
    for (int i = 0; i < 100; i++) {
      decoded += gate.decodesKeyframe(at(i * 0.1)) ? 1 : 0;
    }
    assertThat(decoded).isEqualTo(10);
  }

  @Test
  void heartbeats_lie_on_a_grid_of_capture_time() {
    List<Integer> beats = new ArrayList<>();
    for (int i = 3; i < 40; i++) {
      if (gate.beats(at(i))) {
        beats.add(i);
      }
    }
    assertThat(beats).containsExactly(3, 10, 20, 30);
  }

  @Test
  void a_look_is_overdue_when_keyframes_are_too_far_apart() {
    assertThat(gate.overdue(at(100))).isFalse();
    gate.looked(at(3));
    assertThat(gate.overdue(at(17.9))).isFalse();
    assertThat(gate.overdue(at(18))).isTrue();
    assertThat(gate.beats(at(18))).isTrue();
    assertThat(gate.overdue(at(18.1))).isFalse();
  }

  @Test
  void it_saves_nothing_where_hardly_more_than_heartbeats_are_looked_at() {
    assertThat(MotionGate.worthwhile(MotionSettings.defaults(), 5)).isTrue();
    assertThat(MotionGate.worthwhile(MotionSettings.defaults(), 0.1)).isFalse();
    assertThat(MotionGate.worthwhile(new MotionSettings(false, 0.5, 10), 5)).isFalse();
  }
}
