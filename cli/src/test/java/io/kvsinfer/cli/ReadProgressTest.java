package io.kvsinfer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.awt.GraphicsEnvironment;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadProgressTest {
  @Test
  void progress_tells_frames_speed_and_latency() {
    assertThat(ReadProgress.line(250, 24.96, Duration.ofMillis(1234)))
        .isEqualTo("250 frames, 25.0 fps, latency 1.2 s");
  }

  @Test
  void the_age_of_a_recording_is_no_latency() {
    assertThat(ReadProgress.line(7, 90, Duration.ofDays(20_000))).isEqualTo("7 frames, 90.0 fps");
  }

  @Test
  void without_a_display_there_is_no_window_and_no_error() {
    assumeFalse(!GraphicsEnvironment.isHeadless(), "this machine has a display");
    assertThat(ReadWindow.open("yard", () -> {})).isEmpty();
  }
}
