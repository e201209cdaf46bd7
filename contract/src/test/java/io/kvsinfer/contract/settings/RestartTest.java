package io.kvsinfer.contract.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which settings need a new worker, which are allowed, and what may be a name. */
final class RestartTest {
  private static final String YARD =
      """
      schema: 1
      cameras:
        - id: yard
          stream_arn: arn:aws:kinesisvideo:eu-west-1:123456789012:stream/yard/1
          publishers: {kinesis_stream_name: others, s3_bucket: pictures, dynamodb_table: rows}
          detectors:
            - type: alpr
              params: {lists: {wanted: [AB123]}}
      """;

  private static CameraSettings camera(String yaml) {
    return switch (SettingsReader.read(yaml)) {
      case Verdict.Accepted<Settings>(var settings, var notices) -> settings.cameras().getFirst();
      case Verdict.Refused<Settings>(var violations) ->
          throw new AssertionError(violations.toString());
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "    fps_target: 3",
        "    catch_up_seconds: 9",
        "    tags: {site: north}",
        "    regions: [{name: door, kind: mask, polygon: [[0, 0], [1, 0], [1, 1]]}]",
        "        confidence_threshold: 0.9",
        "        labels: [plate]",
        "        confirm: {hits: 1, window: 2}",
        "        cooldown_seconds: 1",
        "        min_area: 0.1",
        "        min_duration_seconds: 2"
      })
  void these_a_running_worker_takes_up(String more) {
    CameraSettings changed = camera(with(more));
    assertThat(SettingsRevision.of(changed)).isNotEqualTo(SettingsRevision.of(camera(YARD)));
    assertThat(SettingsRevision.restart(changed)).isEqualTo(SettingsRevision.restart(camera(YARD)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "    enabled: false",
        "    playback: {mode: GETMEDIA}",
        "    resources: {device: cpu}",
        "        model: other",
        "        name: other",
        "        enabled: false"
      })
  void these_need_a_new_one(String more) {
    assertThat(SettingsRevision.restart(camera(with(more))))
        .isNotEqualTo(SettingsRevision.restart(camera(YARD)));
  }

  @Test
  void a_list_of_plates_is_taken_up_and_another_parameter_is_not() {
    String revision = SettingsRevision.restart(camera(YARD));
    assertThat(SettingsRevision.restart(camera(YARD.replace("AB123", "CD456"))))
        .isEqualTo(revision);
    assertThat(SettingsRevision.restart(camera(YARD.replace("lists:", "layout: v8, lists:"))))
        .isNotEqualTo(revision);
  }

  private static String with(String more) {
    return more.startsWith("        ")
        ? YARD + more + "\n"
        : YARD.replace("    publishers:", more + "\n    publishers:");
  }

  @Test
  void what_a_camera_names_must_lie_in_the_allow_list() {
    CameraSettings camera = camera(YARD);
    assertThat(AllowList.everything().violations(camera)).isEmpty();
    AllowList own =
        new AllowList(
            List.of("arn:aws:kinesisvideo:eu-west-1:123456789012:stream/yard/*"),
            List.of("others"),
            List.of("pict*"),
            List.of("rows", "more"));
    assertThat(own.violations(camera)).isEmpty();
    AllowList none =
        new AllowList(List.of(), List.of("other"), List.of("picture"), List.of("row*s"));
    assertThat(none.violations(camera))
        .extracting(Violation::toString)
        .containsExactly(
            "stream_arn = \"arn:aws:kinesisvideo:eu-west-1:123456789012:stream/yard/1\":"
                + " is not allowed in this environment, which allows no value",
            "publishers.kinesis_stream_name = \"others\":"
                + " is not allowed in this environment, which allows other",
            "publishers.s3_bucket = \"pictures\":"
                + " is not allowed in this environment, which allows picture",
            "publishers.dynamodb_table = \"rows\":"
                + " is not allowed in this environment, which allows row*s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "T-shirt/top", "人", "-x", "a|b:c", "ünder", "x ", "  ", "\u0000", "é"})
  void any_label_becomes_a_name(String label) {
    String longer = label.repeat(40);
    assertThat(Names.NAME.matcher(Names.named(label)).matches()).as(Names.named(label)).isTrue();
    assertThat(Names.NAME.matcher(Names.named(longer)).matches()).as(Names.named(longer)).isTrue();
  }

  @Test
  void a_label_that_is_a_name_stays() {
    assertThat(Names.named("traffic light")).isEqualTo("traffic light");
    assertThat(Names.named("T-shirt/top")).isEqualTo("T-shirt_top");
  }
}
