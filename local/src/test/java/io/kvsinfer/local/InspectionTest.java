package io.kvsinfer.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InspectionTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private Path folder;

  @Test
  void an_event_is_lost_unless_it_is_in_the_table_the_archive_and_with_its_pictures()
      throws IOException {
    Path journal =
        Files.writeString(
            folder.resolve("journal"),
            """
            {"event_id":"whole-0","keys":["media/a.jpg"]}
            {"event_id":"no-row-0","keys":[]}
            {"event_id":"no-archive-0","keys":[]}
            {"event_id":"no-picture-0","keys":["media/a.jpg","media/b.jpg"]}
            {"event_id":"torn by a ki
            """);

    List<String> lost =
        Inspection.lost(
            journal,
            Set.of("whole-0", "no-archive-0", "no-picture-0"),
            Set.of("whole-0", "no-row-0", "no-picture-0"),
            Set.of("media/a.jpg"));

    assertThat(lost).containsExactly("no-row-0", "no-archive-0", "no-picture-0");
  }

  @Test
  void without_a_journal_nothing_was_decided_and_nothing_is_lost() throws IOException {
    assertThat(Inspection.lost(folder.resolve("none"), Set.of(), Set.of(), Set.of())).isEmpty();
  }

  @Test
  void only_live_opening_events_count_for_latency() throws IOException {
    List<JsonNode> events =
        List.of(
            event("opened", "10:00:01.000", "10:00:02.500", false),
            event("opened", "10:00:01.000", "10:00:01.400", false),
            event("updated", "10:00:01.000", "10:00:09.000", false),
            event("opened", "10:00:01.000", "10:00:09.000", true));

    assertThat(Inspection.latencies(events)).containsExactly(400L, 1500L);
  }

  @Test
  void percentiles_of_nothing_are_absent() {
    assertThat(Inspection.percentile(List.of(), 0.5)).isNull();
    assertThat(Inspection.percentile(List.of(1L, 2L, 3L), 0.5)).isEqualTo(2);
    assertThat(Inspection.percentile(List.of(1L, 2L, 3L), 0.99)).isEqualTo(3);
  }

  @Test
  void the_summary_leaves_out_what_it_does_not_know() {
    String all = new Summary(3, 10, 2, 4, 5, 5, 0, 2, 1, 0, 0, 900L, 1500L).json();
    String some = new Summary(1, 0, 0, null, 0, 0, 0, 0, 0, 0, 0, null, null).json();

    assertThat(all)
        .isEqualTo(
            "{\"cameras\":3,\"frames\":10,\"incidents\":2,\"expected_incidents\":4,"
                + "\"events_published\":5,\"events_stored\":5,\"records_redelivered\":0,"
                + "\"snapshots\":2,\"archive_objects\":1,\"duplicates\":0,\"lost\":0,"
                + "\"capture_to_event_ms\":{\"p50\":900,\"p99\":1500}}");
    assertThat(some).doesNotContain("expected_incidents").contains("\"capture_to_event_ms\":{}");
  }

  @Test
  void a_folder_in_use_is_not_taken_and_a_free_one_is_emptied() throws IOException {
    Path dir = folder.resolve("run");
    Path old = dir.resolve("logs/old.log");
    Files.createDirectories(old.getParent());
    Files.createFile(old);
    Path foreign = Files.createFile(dir.resolve("mine.txt"));

    try (LocalFolder taken = LocalFolder.take(dir)) {
      assertThat(old).doesNotExist();
      assertThat(foreign).exists();
      assertThat(taken.s3()).isDirectory();
      assertThatThrownBy(() -> LocalFolder.take(dir)).hasMessageContaining("--dir");
    }
  }

  private static JsonNode event(String phase, String captured, String published, boolean late)
      throws IOException {
    return JSON.readTree(
        """
        {"phase": "%s", "captured_at": "2026-11-21T%sZ", "published_at": "2026-11-21T%sZ", "late": %b}
        """
            .formatted(phase, captured, published, late));
  }
}
