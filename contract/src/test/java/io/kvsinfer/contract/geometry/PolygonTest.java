package io.kvsinfer.contract.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PolygonTest {
  /** A U open to the top. */
  private static final Polygon CUP =
      new Polygon(
          List.of(
              new Point(0, 0),
              new Point(0.2, 0),
              new Point(0.2, 0.8),
              new Point(0.8, 0.8),
              new Point(0.8, 0),
              new Point(1, 0),
              new Point(1, 1),
              new Point(0, 1)));

  @Test
  void a_point_in_the_wall_is_inside() {
    assertThat(CUP.contains(new Point(0.1, 0.5))).isTrue();
    assertThat(CUP.contains(new Point(0.5, 0.9))).isTrue();
  }

  @Test
  void a_point_in_the_hollow_or_beside_is_outside() {
    assertThat(CUP.contains(new Point(0.5, 0.5))).isFalse();
    assertThat(CUP.contains(new Point(1.1, 0.5))).isFalse();
    assertThat(CUP.contains(new Point(-0.1, 0.5))).isFalse();
  }

  @Test
  void a_height_with_a_corner_counts_it_once() {
    Polygon diamond =
        new Polygon(
            List.of(new Point(0.5, 0), new Point(1, 0.5), new Point(0.5, 1), new Point(0, 0.5)));

    assertThat(diamond.contains(new Point(0.4, 0.5))).isTrue();
    assertThat(diamond.contains(new Point(-0.4, 0.5))).isFalse();
    assertThat(diamond.contains(new Point(1.4, 0.5))).isFalse();
  }

  @Test
  void two_points_are_no_polygon() {
    List<Point> line = List.of(new Point(0, 0), new Point(1, 1));

    assertThatThrownBy(() -> new Polygon(line)).hasMessageContaining("at least 3 points");
  }
}
