package io.kvsinfer.contract.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

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

  @Test
  void the_share_of_a_box_inside_is_that_of_a_fine_grid_of_points() {
    Polygon arrow =
        new Polygon(
            List.of(
                new Point(0.1, 0.1),
                new Point(0.9, 0.5),
                new Point(0.1, 0.9),
                new Point(0.4, 0.5)));
    for (Box box :
        List.of(
            new Box(0, 0, 1, 1),
            new Box(0.2, 0.3, 0.3, 0.4),
            new Box(0.05, 0.45, 0.3, 0.1),
            new Box(0.5, 0.45, 0.1, 0.1),
            new Box(0.92, 0.1, 0.05, 0.05))) {
      int inside = 0;
      for (int i = 0; i < 160_000; i++) {
        double x = box.x() + box.width() * (i % 400 + 0.5) / 400;
        double y = box.y() + box.height() * ((i - i % 400) / 400.0 + 0.5) / 400;
        inside += arrow.contains(new Point(x, y)) ? 1 : 0;
      }
      assertThat(arrow.share(box)).as(box.toString()).isCloseTo(inside / 160_000.0, offset(0.004));
    }
    assertThat(arrow.share(new Box(0.5, 0.5, 0, 0.1))).isZero();
  }
}
