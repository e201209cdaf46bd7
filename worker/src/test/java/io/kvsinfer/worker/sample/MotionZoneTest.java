package io.kvsinfer.worker.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.Settings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.Verdict;
import org.junit.jupiter.api.Test;

final class MotionZoneTest {
  private static final MotionPicture SIZE = new MotionPicture(10, 2);

  /** Columns of the lower row in which motion counts, one letter each. */
  private static String columns(String regions, String detectors) {
    boolean[] cells = MotionZone.of(camera(regions, detectors)).cells(SIZE);
    StringBuilder text = new StringBuilder();
    for (int x = 0; x < SIZE.width(); x++) {
      text.append(cells[SIZE.width() + x] ? 'x' : '.');
    }
    return text.toString();
  }

  private static CameraSettings camera(String regions, String detectors) {
    String yaml =
        """
        schema: 1
        cameras:
          - id: yard
            stream_name: yard
            regions: [%s]
            detectors: [%s]
        """
            .formatted(regions, detectors);
    return switch (SettingsReader.read(yaml)) {
      case Verdict.Accepted<Settings>(var settings, var _) -> settings.cameras().getFirst();
      case Verdict.Refused<Settings>(var violations) ->
          throw new AssertionError(violations.toString());
    };
  }

  /** A camera that may see nothing. */
  static CameraSettings masked() {
    return camera(region("all", "mask", 0, 1), "{type: weapon}");
  }

  private static String region(String name, String kind, double from, double to) {
    return "{name: %s, kind: %s, polygon: [[%s, 0], [%s, 0], [%s, 1], [%s, 1]]}"
        .formatted(name, kind, from, to, to, from);
  }

  @Test
  void without_regions_motion_counts_everywhere() {
    assertThat(columns("", "{type: weapon}")).isEqualTo("xxxxxxxxxx");
  }

  @Test
  void behind_a_mask_it_counts_for_no_detector() {
    assertThat(columns(region("road", "mask", 0.2, 0.5), "{type: weapon}")).isEqualTo("xx...xxxxx");
  }

  @Test
  void it_counts_where_any_detector_counts_objects() {
    String regions =
        region("gate", "include", 0, 0.4)
            + ", "
            + region("door", "include", 0.6, 1)
            + ", "
            + region("lane", "exclude", 0.6, 0.8);
    assertThat(columns(regions, "{type: weapon, regions: [gate]}")).isEqualTo("xxxx......");
    assertThat(
            columns(
                regions, "{type: weapon, regions: [gate]}, {type: alpr, regions: [door, lane]}"))
        .isEqualTo("xxxx....xx");
    assertThat(
            columns(
                regions,
                "{type: weapon, regions: [gate]}, {type: alpr, enabled: false, regions: [door]}"))
        .isEqualTo("xxxx......");
  }

  @Test
  void a_cell_that_a_region_touches_counts() {
    assertThat(columns(region("gate", "include", 0.15, 0.35), "{type: weapon}"))
        .isEqualTo(".xxx......");
  }
}
