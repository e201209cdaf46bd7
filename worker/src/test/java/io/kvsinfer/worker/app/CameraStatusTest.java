package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.state.Status;
import io.kvsinfer.contract.state.Status.Phase;
import java.time.Instant;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CameraStatusTest {
  private static final Instant T = Instant.parse("2026-11-21T02:48:00Z");

  private volatile Instant now = T;
  private final CameraStatus status =
      new CameraStatus(() -> now, "0123456789ab", "1.0", "10.0.0.7:9090");

  private void at(double seconds) {
    now = T.plusNanos(Math.round(seconds * 1e9));
  }

  @Test
  void it_begins_starting_with_what_is_known_of_the_worker() {
    assertThat(status.snapshot())
        .isEqualTo(
            new Status(
                Phase.STARTING, T, null, null, null, null, "0123456789ab", "1.0", "10.0.0.7:9090"));
  }

  @Test
  void a_phase_keeps_the_time_it_began() {
    at(5);
    status.enter(Phase.FAILED, "no such stream");
    at(9);
    status.enter(Phase.FAILED, "still no such stream");
    assertThat(status.snapshot().since()).isEqualTo(T.plusSeconds(5));
    assertThat(status.snapshot().error()).isEqualTo("still no such stream");
  }

  @Test
  void the_next_phase_forgets_the_error() {
    status.enter(Phase.FAILED, "no such stream");
    status.enter(Phase.CONNECTING);
    assertThat(status.snapshot().error()).isNull();
  }

  @Test
  void a_change_of_phase_or_reason_is_told_once() {
    assertThat(status.takeChanged()).isTrue();
    assertThat(status.takeChanged()).isFalse();
    status.enter(Phase.CONNECTING);
    assertThat(status.takeChanged()).isTrue();
    status.enter(Phase.CONNECTING);
    assertThat(status.takeChanged()).isFalse();
    status.enter(Phase.CONNECTING, "for another reason");
    assertThat(status.takeChanged()).isTrue();
  }

  @Test
  void the_first_frame_makes_a_connecting_camera_run() {
    status.enter(Phase.CONNECTING);
    at(3);
    status.looked(T.plusSeconds(1));
    assertThat(status.phase()).isEqualTo(Phase.RUNNING);
    assertThat(status.snapshot().lastFrameAt()).isEqualTo(T.plusSeconds(3));
    assertThat(status.snapshot().latencyMs()).isEqualTo(2000);
  }

  @Test
  void frames_that_pass_unlooked_at_are_a_sign_of_life() {
    at(3);
    status.looked(T.plusSeconds(1));
    at(60);
    status.passed();
    assertThat(status.snapshot().lastFrameAt()).isEqualTo(T.plusSeconds(60));
    assertThat(status.snapshot().latencyMs()).isEqualTo(2000);
    assertThat(status.snapshot().fps()).isNull();
  }

  @Test
  void the_rate_is_that_of_the_last_half_minute() {
    for (int i = 0; i < 300; i++) {
      at(i / 5.0);
      status.looked(now);
    }
    assertThat(status.snapshot().fps()).isCloseTo(5, Offset.offset(0.05));
    at(80);
    assertThat(status.snapshot().fps()).isLessThan(2);
    at(200);
    assertThat(status.snapshot().fps()).isNull();
  }

  @Test
  void a_source_moves_a_running_camera() {
    status.enter(Phase.CONNECTING);
    status.observe(Phase.RUNNING, null);
    assertThat(status.phase()).as("no frame was looked at yet").isEqualTo(Phase.CONNECTING);
    status.looked(T);
    status.observe(Phase.STALLED, "no new media");
    assertThat(status.snapshot().phase()).isEqualTo(Phase.STALLED);
    assertThat(status.snapshot().error()).isEqualTo("no new media");
    status.observe(Phase.RUNNING, null);
    assertThat(status.snapshot().error()).isNull();
    status.observe(Phase.RECONNECTING, null);
    assertThat(status.phase()).isEqualTo(Phase.RECONNECTING);
  }

  @ParameterizedTest
  @EnumSource(names = {"STARTING", "FAILED", "DRAINING", "STOPPED"})
  void a_source_does_not_move_a_camera_that(Phase phase) {
    status.enter(phase, "because");
    status.observe(Phase.RUNNING, null);
    assertThat(status.snapshot().phase()).isEqualTo(phase);
    assertThat(status.snapshot().error()).isEqualTo("because");
  }
}
