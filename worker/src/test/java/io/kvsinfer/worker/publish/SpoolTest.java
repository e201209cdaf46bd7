package io.kvsinfer.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.event.IncidentEvent.Phase;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SpoolTest {
  private static final long BOUND = 256 << 20;
  private static final long ALL = 1L << 40;

  @TempDir Path folder;

  @Test
  void events_come_back_in_order_with_their_pictures() throws IOException {
    try (Spool spool = Spool.open(folder, BOUND)) {
      spool.append(List.of(Events.opened(1), Events.opened(2)));
      spool.append(List.of(Events.opened(3)));
      assertThat(spool.peek(10, ALL))
          .extracting(SpoolRecord::outgoing)
          .containsExactly(Events.opened(1), Events.opened(2), Events.opened(3));
    }
  }

  @Test
  void what_was_not_acknowledged_is_there_after_a_restart() throws IOException {
    try (Spool spool = Spool.open(folder, BOUND)) {
      spool.append(List.of(Events.opened(1), Events.opened(2), Events.opened(3)));
      spool.acknowledge(2);
    }
    try (Spool spool = Spool.open(folder, BOUND)) {
      assertThat(spool.acknowledged()).isEqualTo(2);
      assertThat(spool.peek(10, ALL))
          .extracting(SpoolRecord::outgoing)
          .containsExactly(Events.opened(3));
      spool.acknowledge(3);
      assertThat(spool.isEmpty()).isTrue();
      assertThat(spool.bytes()).isZero();
    }
    try (Spool spool = Spool.open(folder, BOUND)) {
      assertThat(spool.isEmpty()).isTrue();
      assertThat(spool.append(List.of(Events.opened(4)))).isEqualTo(4);
    }
  }

  @Test
  void a_torn_tail_is_cut_wherever_it_tore() throws IOException {
    try (Spool spool = Spool.open(folder, BOUND)) {
      spool.append(List.of(Events.opened(1), Events.opened(2)));
    }
    Path segment = segments().getFirst();
    byte[] whole = Files.readAllBytes(segment);
    for (int length = whole.length - 1; length > whole.length / 2; length -= 37) {
      Files.write(segment, Arrays.copyOf(whole, length));
      try (Spool spool = Spool.open(folder, BOUND)) {
        assertThat(spool.peek(10, ALL))
            .extracting(SpoolRecord::outgoing)
            .containsExactly(Events.opened(1));
        assertThat(spool.append(List.of(Events.opened(3)))).isEqualTo(2);
        assertThat(spool.peek(10, ALL)).hasSize(2);
      }
    }
  }

  @Test
  void a_damaged_record_ends_its_file_but_not_the_next() throws IOException {
    try (Spool spool = Spool.open(folder, BOUND)) {
      for (int i = 1; i <= 4; i++) {
        spool.append(List.of(Events.event(i, Phase.OPENED, 5 << 20)));
      }
    }
    assertThat(segments()).hasSize(2);
    try (RandomAccessFile file = new RandomAccessFile(segments().getFirst().toFile(), "rw")) {
      file.seek(7 << 20);
      file.write(99);
    }
    try (Spool spool = Spool.open(folder, BOUND)) {
      assertThat(spool.peek(10, ALL)).extracting(SpoolRecord::ordinal).containsExactly(1L, 3L, 4L);
    }
  }

  @Test
  void a_torn_cursor_falls_back_to_the_one_before() throws IOException {
    try (Spool spool = Spool.open(folder, BOUND)) {
      spool.append(List.of(Events.opened(1), Events.opened(2), Events.opened(3)));
      spool.acknowledge(1);
      spool.acknowledge(2);
    }
    Path cursor = folder.resolve("cursor");
    byte[] bytes = Files.readAllBytes(cursor);
    bytes[7] ^= 0x40;
    Files.write(cursor, bytes);
    try (Spool spool = Spool.open(folder, BOUND)) {
      assertThat(spool.acknowledged()).isBetween(1L, 2L);
    }
  }

  @Test
  void past_the_bound_the_oldest_updates_go_first() throws IOException {
    try (Spool spool = Spool.open(folder, 10 << 20)) {
      for (int i = 1; i <= 3; i++) {
        spool.append(List.of(Events.event(i, Phase.OPENED, 1 << 20)));
        spool.append(List.of(Events.event(i, Phase.UPDATED, 2 << 20)));
      }
      assertThat(spool.takeDropped()).isZero();
      spool.append(
          List.of(Events.event(1, Phase.CLOSED, 0), Events.event(4, Phase.OPENED, 2 << 20)));
      assertThat(spool.takeDropped()).isOne();
      assertThat(spool.takeDropped()).isZero();
      assertThat(spool.bytes()).isLessThanOrEqualTo(10 << 20);
      assertThat(spool.pending())
          .extracting(e -> e.trackId() + " " + e.phase())
          .containsExactly(
              "1 OPENED", "2 OPENED", "2 UPDATED", "3 OPENED", "3 UPDATED", "1 CLOSED", "4 OPENED");
    }
    try (Spool spool = Spool.open(folder, 10 << 20)) {
      assertThat(spool.pending()).hasSize(7);
      assertThat(spool.peek(1, ALL).getFirst().outgoing())
          .isEqualTo(Events.event(1, Phase.OPENED, 1 << 20));
    }
  }

  @Test
  void without_updates_the_oldest_others_go_but_not_what_is_being_sent() throws IOException {
    try (Spool spool = Spool.open(folder, 5 << 20)) {
      spool.append(List.of(Events.event(1, Phase.OPENED, 1 << 20)));
      spool.append(List.of(Events.event(2, Phase.OPENED, 1 << 20)));
      assertThat(spool.peek(1, ALL)).hasSize(1);
      IntStream.range(3, 7)
          .forEach(i -> {
            try {
              spool.append(List.of(Events.event(i, Phase.OPENED, 1 << 20)));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      assertThat(spool.takeDropped()).isPositive();
      assertThat(spool.pending().getFirst().trackId()).isEqualTo(1);
      assertThat(spool.pending().getLast().trackId()).isEqualTo(6);
      assertThat(spool.bytes()).isLessThanOrEqualTo(5 << 20);
    }
  }

  @Test
  void a_batch_never_holds_two_events_of_an_incident_nor_more_bytes_than_asked()
      throws IOException {
    try (Spool spool = Spool.open(folder, BOUND)) {
      spool.append(
          List.of(
              Events.event(1, Phase.OPENED, 500),
              Events.event(2, Phase.OPENED, 500),
              Events.event(1, Phase.CLOSED, 0),
              Events.event(3, Phase.OPENED, 500)));
      assertThat(spool.peek(10, ALL)).extracting(SpoolRecord::ordinal).containsExactly(1L, 2L);
      assertThat(spool.peek(10, 1)).hasSize(1);
      assertThat(spool.peek(1, ALL)).hasSize(1);
    }
  }

  @Test
  void a_record_of_another_version_is_dropped_and_counted() throws IOException {
    Path segment = folder.resolve("%020d.spool".formatted(1));
    try (SpoolSegment file = SpoolSegment.create(segment)) {
      file.append(new byte[] {77, 1, 2, 3});
      file.append(new SpoolRecord(2, Events.opened(2)).encode());
      file.append(Arrays.copyOf(new SpoolRecord(3, Events.opened(3)).encode(), 700));
    }
    try (Spool spool = Spool.open(folder, BOUND)) {
      assertThat(spool.takeDropped()).isEqualTo(2);
      assertThat(spool.pending()).hasSize(1);
    }
  }

  @Test
  void an_interrupted_thread_still_gets_its_events_on_disk() throws IOException {
    try (Spool spool = Spool.open(folder, BOUND)) {
      Thread.currentThread().interrupt();
      spool.append(List.of(Events.opened(1)));
      spool.append(List.of(Events.opened(2)));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(spool.peek(10, ALL)).hasSize(2);
    }
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".spool")).sorted().toList();
    }
  }
}
