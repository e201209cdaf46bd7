package io.kvsinfer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many cameras at once: spreadsheets, and what a put would change. */
final class BulkPutTest {
  @RegisterExtension static final TablesExtension TABLES = new TablesExtension();

  private static final String SHEET =
      """
      id,stream_name,fps_target,enabled,detectors,playback.mode,tags.site
      gate,gate,2.5,,alpr,,"north, ""old\"""
      17,17,,FALSE,weapon; fire_smoke,GETMEDIA,

      """;

  @TempDir Path folder = Path.of("");

  private final CommandRun run = new CommandRun(TABLES.variables());

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private JsonNode item(String id) {
    return TABLES.cameras().get(id).orElseThrow().tree();
  }

  @Test
  void a_spreadsheet_of_cameras_is_put_like_a_settings_file() throws IOException {
    assertThat(run.of("cameras", "put", file("a.csv", "\uFEFF" + SHEET.replace("\n", "\r\n"))))
        .isZero();
    assertThat(run.out().lines()).containsExactly("gate added", "17 added");
    JsonNode gate = item("gate");
    assertThat(gate.at("/fps_target").asDouble()).isEqualTo(2.5);
    assertThat(gate.at("/enabled").asBoolean()).isTrue();
    assertThat(gate.at("/tags/site").asText()).isEqualTo("north, \"old\"");
    JsonNode other = item("17");
    assertThat(other.at("/enabled").asBoolean()).isFalse();
    assertThat(other.at("/playback/mode").asText()).isEqualTo("GETMEDIA");
    assertThat(other.at("/detectors/1/type").asText()).isEqualTo("fire_smoke");
  }

  @Test
  void what_is_wrong_in_a_spreadsheet_is_named_by_line_and_column() throws IOException {
    String wrong = SHEET.replace("2.5", "fast").replace("GETMEDIA", "DVD");
    assertThat(run.of("cameras", "validate", file("a.csv", wrong))).isEqualTo(1);
    assertThat(run.out())
        .contains("line 2, fps_target = \"fast\":", "line 3, playback.mode = \"DVD\":")
        .doesNotContain("quotes");
    assertThat(run.of("cameras", "validate", file("b.csv", SHEET.replace("17,17", "gate,17"))))
        .isEqualTo(1);
    assertThat(run.out()).contains("line 3, id = \"gate\": is also line 2, id;");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|is empty",
        "id,stream_name;gate|line 2: has 1 fields, the header has 2",
        "id,Stream Name;a,b|line 1, column \"Stream Name\": must be the name of a setting",
        "id,id;a,b|line 1, column \"id\": must be the name of a setting",
        "id,tags,tags.site;a,b,c|line 2, tags.site: stands beside a column",
        "id,stream_name;\"a,b|line 2: a quote is not closed",
        "id,stream_name;\"a\"b,c|line 2: after a closing quote must come a comma"
      })
  void a_file_that_is_no_such_table_says_where(String text, String problem) throws IOException {
    String file = file("a.csv", text.replace(';', '\n'));
    assertThat(run.of("cameras", "validate", file)).isEqualTo(1);
    assertThat(run.out()).contains(problem);
  }

  @Test
  void a_table_with_semicolons_is_told_to_have_commas() throws IOException {
    assertThat(run.of("cameras", "validate", file("a.csv", "id;stream_name\ngate;gate\n")))
        .isEqualTo(1);
    assertThat(run.out()).contains("line 1: has semicolons between its columns");
  }

  @Test
  void a_dry_run_prints_the_difference_and_writes_nothing() throws IOException {
    String file = file("a.csv", SHEET);
    assertThat(run.of("cameras", "put", "--dry-run", file)).isZero();
    assertThat(run.out().lines())
        .containsExactly("gate added", "17 added", "dry run: nothing was written");
    assertThat(TABLES.cameras().get("gate")).isEmpty();

    assertThat(run.of("cameras", "put", file)).isZero();
    JsonNode before = item("gate").deepCopy();
    String changed = file("b.csv", SHEET.replace("2.5", "3"));
    assertThat(run.of("cameras", "put", "--dry-run", changed)).isZero();
    assertThat(run.out().lines())
        .containsExactly(
            "gate changed",
            "  fps_target: 2.5 -> 3",
            "17 unchanged",
            "dry run: nothing was written");
    assertThat(item("gate")).isEqualTo(before);

    assertThat(run.of("cameras", "put", "--dry-run", "--json", changed)).isZero();
    JsonNode line = new ObjectMapper().readTree(run.out().lines().findFirst().orElseThrow());
    assertThat(line.at("/changes/0/path").asText()).isEqualTo("fps_target");
    assertThat(line.at("/changes/0/before").asText()).isEqualTo("2.5");
    assertThat(line.at("/changes/0/after").asText()).isEqualTo("3");
  }

  @Test
  void an_item_that_was_wrong_shows_what_it_becomes() throws IOException {
    TABLES
        .cameras()
        .put(new ObjectMapper().createObjectNode().put("id", "gate").put("fps_target", -1));
    assertThat(run.of("cameras", "put", "--dry-run", file("a.csv", SHEET))).isZero();
    assertThat(run.out()).contains("gate changed", "  fps_target: -1 -> 2.5");
  }
}
