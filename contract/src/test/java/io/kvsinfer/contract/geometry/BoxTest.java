package io.kvsinfer.contract.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class BoxTest {
  private static final Box UNIT = new Box(0, 0, 1, 1);

  @Test
  void corners_may_come_in_any_order() {
    assertThat(Box.ofCorners(3, 4, 1, 2)).isEqualTo(new Box(1, 2, 2, 2));
  }

  @Test
  void a_box_knows_its_edges_and_points() {
    Box box = new Box(1, 2, 4, 6);

    assertThat(box.right()).isEqualTo(5);
    assertThat(box.bottom()).isEqualTo(8);
    assertThat(box.area()).isEqualTo(24);
    assertThat(box.center()).isEqualTo(new Point(3, 5));
    assertThat(box.bottomCenter()).isEqualTo(new Point(3, 8));
    assertThat(box.scaled(2, 0.5)).isEqualTo(new Box(2, 1, 8, 3));
  }

  @Test
  void overlap_is_intersection_over_union() {
    assertThat(UNIT.iou(UNIT)).isEqualTo(1);
    assertThat(UNIT.iou(new Box(0.5, 0, 1, 1))).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(UNIT.iou(new Box(0.25, 0.25, 0.5, 0.5))).isEqualTo(0.25);
  }

  @Test
  void boxes_that_touch_or_are_empty_do_not_overlap() {
    assertThat(UNIT.intersection(new Box(1, 0, 1, 1))).isZero();
    assertThat(UNIT.iou(new Box(5, 5, 1, 1))).isZero();
    assertThat(new Box(0, 0, 0, 0).iou(new Box(0, 0, 0, 0))).isZero();
  }

  @Test
  void clipping_keeps_what_is_inside() {
    assertThat(new Box(-1, -1, 3, 3).clipped(1, 1)).isEqualTo(UNIT);
    assertThat(new Box(2, 2, 1, 1).clipped(1, 1).area()).isZero();
  }

  @Test
  void a_box_is_finite_and_not_inside_out() {
    assertThatThrownBy(() -> new Box(0, 0, -1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Box(0, 0, 1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Box(Double.POSITIVE_INFINITY, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Box(0, 0, Double.POSITIVE_INFINITY, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
