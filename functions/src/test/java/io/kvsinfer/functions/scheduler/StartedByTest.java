package io.kvsinfer.functions.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StartedByTest {

  @Test
  void a_task_tells_what_it_was_started_for() {
    StartedBy by = new StartedBy("prod", "front_gate-2", "l0a9z");
    assertThat(by.text()).isEqualTo("prod/front_gate-2/l0a9z");
    assertThat(StartedBy.parse(by.text())).contains(by);
  }

  @Test
  void the_longest_names_fit_what_ecs_takes() {
    StartedBy by = new StartedBy("e".repeat(31), "c".repeat(64), "l".repeat(31));
    assertThat(by.text()).hasSize(128).matches("[A-Za-z0-9/_-]+");
    assertThat(by.clientToken()).hasSize(64);
  }

  @Test
  void a_token_differs_by_launch_and_camera() {
    String token = new StartedBy("prod", "yard", "one").clientToken();
    assertThat(new StartedBy("prod", "yard", "one").clientToken()).isEqualTo(token);
    assertThat(new StartedBy("prod", "yard", "two").clientToken()).isNotEqualTo(token);
    assertThat(new StartedBy("prod", "gate", "one").clientToken()).isNotEqualTo(token);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ecs-svc/123", "a/b/c/d", "prod/-yard/one", "prod/yard/", "p d/yard/one"})
  void tasks_of_others_are_told_apart(String text) {
    assertThat(StartedBy.parse(text)).isEmpty();
  }

  @Test
  void an_odd_camera_id_starts_nothing() {
    assertThatThrownBy(() -> new StartedBy("prod", "../yard", "one"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
