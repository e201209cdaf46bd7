package io.kvsinfer.worker.confirm;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.contract.settings.RegionSettings;
import io.kvsinfer.contract.settings.RegionSettings.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RegionsTest {
  private static final RegionSettings GATE = Scene.region("gate", Kind.INCLUDE, 0.2, 0.2, 0.6, 0.6);
  private static final RegionSettings LANE = Scene.region("lane", Kind.EXCLUDE, 0.5, 0.2, 0.6, 0.6);
  private static final RegionSettings ROAD = Scene.region("road", Kind.MASK, 0, 0.8, 1, 1);

  private static Regions regions(Map<String, Object> params, List<String> names) {
    return new Regions(List.of(GATE, LANE, ROAD), detector(params, names));
  }

  private static DetectorSettings detector(Map<String, Object> params, List<String> names) {
    return new DetectorSettings(
        "objects",
        "objects",
        true,
        null,
        ConfidenceThreshold.unset(),
        List.of(),
        names,
        ConfirmSettings.defaults(),
        0,
        0,
        60,
        params);
  }

  /** A box of a tenth by a fifth whose lower edge has its middle there. */
  private static Box standing(double x, double y) {
    return new Box(x - 0.05, y - 0.2, 0.1, 0.2);
  }

  @Test
  void an_object_is_where_it_stands() {
    Regions regions = regions(Map.of(), List.of());
    assertThat(regions.count(standing(0.3, 0.4))).isTrue();
    assertThat(regions.names(standing(0.3, 0.4))).containsExactly("gate");
    // Its upper half reaches in, its foot does not.
    assertThat(regions.count(standing(0.3, 0.65))).isFalse();
    assertThat(regions.names(standing(0.3, 0.65))).isEmpty();
    assertThat(regions.count(standing(0.55, 0.4))).isFalse();
  }

  @Test
  void an_edge_belongs_to_the_region_on_one_of_its_sides_only() {
    Regions regions = regions(Map.of(), List.of());
    assertThat(regions.count(standing(0.2, 0.4))).isTrue();
    assertThat(regions.count(standing(0.2 - 1e-9, 0.4))).isFalse();
    assertThat(regions.count(standing(0.5 - 1e-9, 0.4))).isTrue();
    assertThat(regions.count(standing(0.5, 0.4))).isFalse();
    assertThat(regions.count(standing(0.3, 0.6 - 1e-9))).isTrue();
    assertThat(regions.count(standing(0.3, 0.6))).isFalse();
  }

  @Test
  void what_is_cut_off_by_the_lower_edge_stands_in_a_region_that_reaches_it() {
    RegionSettings whole = Scene.region("all", Kind.INCLUDE, 0, 0, 1, 1);
    Regions regions = new Regions(List.of(whole), detector(Map.of(), List.of()));
    assertThat(regions.count(new Box(0.4, 0.7, 0.2, 0.3))).isTrue();
  }

  @Test
  void a_detector_keeps_to_the_regions_it_names_and_to_every_mask() {
    Regions regions = regions(Map.of(), List.of("lane"));
    assertThat(regions.count(standing(0.1, 0.4))).isTrue();
    assertThat(regions.count(standing(0.55, 0.4))).isFalse();
    assertThat(regions.count(new Box(0.1, 0.82, 0.1, 0.1))).isFalse();
    assertThat(regions.count(new Box(0.1, 0.7, 0.1, 0.15))).isTrue();
  }

  @Test
  void the_middle_of_the_box_can_decide() {
    Regions regions = regions(Map.of("region_anchor", "center"), List.of());
    assertThat(regions.count(standing(0.3, 0.65))).isTrue();
    assertThat(regions.count(standing(0.3, 0.25))).isFalse();
  }

  @Test
  void the_share_that_a_region_covers_can_decide() {
    Regions half = regions(Map.of("region_anchor", "overlap"), List.of("gate"));
    assertThat(half.count(new Box(0.1, 0.3, 0.2, 0.2))).isTrue();
    assertThat(half.count(new Box(0.09, 0.3, 0.2, 0.2))).isFalse();
    Regions most =
        regions(Map.of("region_anchor", "overlap", "region_overlap", 0.9), List.of("gate"));
    assertThat(most.count(new Box(0.1, 0.3, 0.2, 0.2))).isFalse();
    assertThat(most.count(new Box(0.2, 0.3, 0.2, 0.2))).isTrue();
    assertThat(most.names(new Box(0.2, 0.3, 0.2, 0.2))).containsExactly("gate");
  }
}
