package io.kvsinfer.worker.detect.plate;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.worker.detect.PlateReading;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PlateBallotTest {
  private final PlateBallot ballot = new PlateBallot();

  @Test
  void most_readings_win_character_by_character() {
    // Each is wrong somewhere, none of them is right.
    read("XB12CDE", 0.9, 10);
    read("AX12CDE", 0.9, 10);
    read("AB1XCDE", 0.9, 10);
    assertThat(winner()).isEqualTo("AB12CDE");
    assertThat(ballot.reads()).isEqualTo(3);
  }

  @Test
  void a_large_sure_reading_outweighs_small_ones() {
    read("AB12CDE", 0.99, 40);
    read("A812CDE", 0.5, 8);
    read("A812CDE", 0.5, 8);
    assertThat(winner()).isEqualTo("AB12CDE");
  }

  @Test
  void readings_of_other_lengths_are_aligned() {
    read("AB12CDE", 0.9, 10);
    read("B12CDE", 0.9, 10);
    read("AB12CD", 0.9, 10);
    read("ABB12CDE", 0.9, 10);
    assertThat(winner()).isEqualTo("AB12CDE");
  }

  @Test
  void a_character_that_most_have_is_inserted() {
    read("A12CDE", 0.9, 30);
    read("AB12CDE", 0.9, 20);
    read("AB12CDX", 0.9, 20);
    assertThat(winner()).isEqualTo("AB12CDE");
  }

  @Test
  void agreement_makes_sure() {
    read("AB12", 0.8, 10);
    double alone = ballot.winner().orElseThrow().confidence();
    assertThat(alone).isEqualTo(0.8);
    read("AB13", 0.8, 10);
    assertThat(ballot.winner().orElseThrow().confidence()).isEqualTo(0.7);
  }

  @Test
  void nothing_read_is_nothing_won() {
    ballot.add(PlateReading.NONE);
    assertThat(ballot.winner()).isEmpty();
    assertThat(ballot.state()).isNull();
    assertThat(ballot.reads()).isZero();
  }

  @Test
  void a_successor_goes_on_with_the_same_votes() {
    Random random = new Random(7);
    for (int i = 0; i < 60; i++) {
      StringBuilder text = new StringBuilder("AB12CDE");
      text.setCharAt(random.nextInt(7), (char) ('A' + random.nextInt(26)));
      read(text.toString(), random.nextDouble(), 1 + random.nextInt(30));
    }
    PlateBallot successor = new PlateBallot(ballot.state());
    assertThat(successor.state()).isEqualTo(ballot.state());
    assertThat(successor.winner()).isEqualTo(ballot.winner());
    assertThat(successor.reads()).isEqualTo(60);
    assertThat(winner()).isEqualTo("AB12CDE");
    PlateReading more = reading("AB12CDE", 0.7, 15);
    ballot.add(more);
    successor.add(more);
    assertThat(successor.winner()).isEqualTo(ballot.winner());
  }

  @Test
  void nothing_tells_its_text_in_a_log() {
    read("SECRET1", 0.9, 10);
    assertThat(reading("SECRET1", 0.9, 10).toString()).doesNotContain("SECRET1");
    assertThat(String.valueOf(ballot.state())).doesNotContain("SECRET1");
    assertThat(Objects.requireNonNull(ballot.state()).votes().toString()).doesNotContain("SECRET1");
    assertThat(ballot.winner().toString()).doesNotContain("SECRET1");
  }

  @Test
  void distance_counts_what_differs() {
    assertThat(PlateText.distance("AB12", "AB12")).isZero();
    assertThat(PlateText.distance("AB12", "A12")).isEqualTo(1);
    assertThat(PlateText.distance("AB12", "XB123")).isEqualTo(2);
    assertThat(PlateText.distance("", "ABC")).isEqualTo(3);
    assertThat(PlateText.normalized("ab-12 c·d")).isEqualTo("AB12CD");
  }

  private String winner() {
    return ballot.winner().orElseThrow().text();
  }

  private void read(String text, double confidence, double height) {
    ballot.add(reading(text, confidence, height));
  }

  private static PlateReading reading(String text, double confidence, double height) {
    List<Double> confidences = Collections.nCopies(text.length(), confidence);
    return new PlateReading(text, confidences, confidence * height);
  }
}
