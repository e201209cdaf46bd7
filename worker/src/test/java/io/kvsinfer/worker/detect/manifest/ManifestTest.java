package io.kvsinfer.worker.detect.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ManifestTest {
  private static final String WEAPON =
      """
      {"name": "weapon-s-640", "file": "w.onnx", "sha256": "%s", "type": "weapon", "size": "s",
       "default_for": "weapon", "input": [1, 3, 640, 640], "layout": "yolox",
       "classes": ["gun"], "thresholds": {"gun": 0.5}, "licence": "MIT", "made": "here"}
      """
          // SHA-256 of three bytes of "abc"
          .formatted("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
          .strip();

  @TempDir Path folder;

  @Test
  void the_projects_own_models_are_whole_and_each_type_has_its_default() {
    ModelCatalog catalog =
        new ModelCatalog(Manifest.read(TestMedia.repository().resolve("models")), Map.of());
    assertThat(catalog.names())
        .containsExactly("fire_smoke-n-320", "plate-n-416", "plate_text-s", "weapon-n-320");
    for (String name : catalog.names()) {
      assertThat(catalog.load(name).card()).isNotNull();
    }
    assertThat(catalog.defaultFor("weapon", null)).isEqualTo("weapon-n-320");
    assertThat(catalog.defaultFor("fire_smoke", "n")).isEqualTo("fire_smoke-n-320");
    assertThat(catalog.defaultFor("alpr", null)).isEqualTo("plate-n-416");
  }

  @Test
  void a_folder_without_manifest_has_no_models() {
    ModelCatalog catalog = new ModelCatalog(Manifest.read(folder), Map.of());
    assertThat(catalog.names()).isEmpty();
    assertThatThrownBy(() -> catalog.load("weapon-n-320"))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("no manifest in");
  }

  @Test
  void a_model_by_name_is_read_and_its_checksum_verified() throws IOException {
    ModelCatalog catalog = catalog(Map.of());
    Files.writeString(folder.resolve("w.onnx"), "abc");
    assertThat(catalog.load("weapon-s-640").name()).isEqualTo("weapon-s-640");
    Files.writeString(folder.resolve("w.onnx"), "abd");
    assertThatThrownBy(() -> catalog.load("weapon-s-640"))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("w.onnx has SHA-256 ")
        .hasMessageContaining("the manifest says ba7816bf");
    Files.delete(folder.resolve("w.onnx"));
    assertThatThrownBy(() -> catalog.load("weapon-s-640")).hasMessageContaining("cannot be read");
  }

  @Test
  void sizes_and_defaults_pick_models() throws IOException {
    Path mine = Files.writeString(folder.resolve("mine.onnx"), "abc");
    ModelCatalog catalog = catalog(Map.of("objects", mine, "weapon-m", mine));
    assertThat(catalog.defaultFor("weapon", null)).isEqualTo("weapon-s-640");
    assertThat(catalog.defaultFor("weapon", "s")).isEqualTo("weapon-s-640");
    assertThat(catalog.defaultFor("weapon", "m")).isEqualTo("weapon-m");
    assertThat(catalog.defaultFor("objects", null)).isEqualTo("objects");
    assertThatThrownBy(() -> catalog.defaultFor("weapon", "x"))
        .hasMessageContaining("no model weapon-x")
        .hasMessageContaining("objects, weapon-m, weapon-s-640");
    assertThatThrownBy(() -> catalog.defaultFor("alpr", null))
        .hasMessageContaining("type alpr")
        .hasMessageContaining("weapon-s-640");
  }

  @Test
  void files_are_models_by_their_path() throws IOException {
    Path mine = Files.writeString(folder.resolve("mine.onnx"), "abc");
    ModelCatalog catalog = catalog(Map.of("given", mine));
    ModelCatalog.Loaded loaded = catalog.load(mine.toString());
    assertThat(loaded.name()).isEqualTo("mine");
    assertThat(loaded.card()).isNull();
    assertThat(loaded.sha256()).startsWith("ba7816bf");
    assertThat(catalog.load("given").name()).isEqualTo("given");
    assertThatThrownBy(() -> catalog.load("absent.onnx"))
        .hasMessageContaining("absent.onnx: there is no such file");
    assertThatThrownBy(() -> catalog.load("weapon")).hasMessageContaining("weapon-s-640");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"classes\": [\"gun\"], | '' | classes are missing",
        "ba7816 | 00 | 64 lower-case hexadecimal digits",
        "w.onnx | ../w.onnx | a name in this folder",
        "\"made\" | \"maker\" | made is missing",
      })
  void a_broken_manifest_says_what_is_wrong(String from, String to, String message)
      throws IOException {
    write(WEAPON.replace(from, to));
    assertThatThrownBy(() -> Manifest.read(folder))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("manifest.json")
        .hasMessageContaining(message);
  }

  @Test
  void names_and_defaults_are_unique() throws IOException {
    write(WEAPON + "," + WEAPON);
    assertThatThrownBy(() -> Manifest.read(folder)).hasMessageContaining("listed twice");
    write(WEAPON + "," + WEAPON.replace("weapon-s-640", "other"));
    assertThatThrownBy(() -> Manifest.read(folder)).hasMessageContaining("second default");
  }

  @Test
  void a_reader_is_nobodys_detector_and_one_is_the_default_of_a_type() throws IOException {
    String reader =
        WEAPON
            .replace("weapon-s-640", "plate_text-s")
            .replace("\"weapon\", \"size\"", "\"weapon\", \"role\": \"reader\", \"size\"")
            .replace("\"default_for\"", "\"default_reader_for\"")
            .replace("\"yolox\"", "\"ctc\"")
            .replace("\"thresholds\": {\"gun\": 0.5}, ", "");
    write(reader + "," + WEAPON);
    ModelCatalog catalog = new ModelCatalog(Manifest.read(folder), Map.of());
    assertThat(catalog.defaultFor("weapon", "s")).isEqualTo("weapon-s-640");
    ModelCard card = catalog.card("plate_text-s").orElseThrow();
    assertThat(card.isReader()).isTrue();
    assertThat(card.defaultReaderFor()).isEqualTo("weapon");
    write(reader + "," + reader.replace("plate_text-s", "other"));
    assertThatThrownBy(() -> Manifest.read(folder)).hasMessageContaining("second default reader");
    write(reader.replace("\"role\": \"reader\"", "\"role\": \"poet\""));
    assertThatThrownBy(() -> Manifest.read(folder)).hasMessageContaining("detector or reader");
  }

  @Test
  void another_schema_is_refused() throws IOException {
    Files.writeString(folder.resolve("manifest.json"), "{\"schema\": \"x\", \"models\": []}");
    assertThatThrownBy(() -> Manifest.read(folder)).hasMessageContaining(Manifest.SCHEMA);
    Files.writeString(folder.resolve("manifest.json"), "{");
    assertThatThrownBy(() -> Manifest.read(folder)).isInstanceOf(DetectorException.class);
    Files.delete(folder.resolve("manifest.json"));
    Files.createDirectory(folder.resolve("manifest.json"));
    assertThatThrownBy(() -> Manifest.read(folder)).hasMessageContaining("cannot be read");
  }

  @Test
  void a_model_knows_its_input() throws IOException {
    ModelCard card = catalog(Map.of()).card("weapon-s-640").orElseThrow();
    assertThat(card.input()).containsExactly(1, 3, 640, 640);
    assertThat(card.defaultFor()).isEqualTo("weapon");
  }

  private ModelCatalog catalog(Map<String, Path> named) throws IOException {
    write(WEAPON);
    return new ModelCatalog(Manifest.read(folder), named);
  }

  private void write(String models) throws IOException {
    Files.writeString(
        folder.resolve("manifest.json"),
        "{\"schema\": \"%s\", \"models\": [%s]}".formatted(Manifest.SCHEMA, models));
  }
}
