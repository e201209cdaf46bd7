package io.kvsinfer.contract.settings;

import static io.kvsinfer.contract.settings.Reading.accepted;
import static io.kvsinfer.contract.settings.Reading.notices;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.kvsinfer.contract.geometry.Polygon;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class ConfigFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Components that are called otherwise in the file. */
  private static final Map<String, String> OTHERWISE =
      Map.of(
          "DetectorSettings.confidence", "confidence_threshold",
          "GetMediaSettings.frameQueueMaxSize", "frame_queue.max_size",
          "GetMediaSettings.frameQueueTimeoutSeconds", "frame_queue.timeout_seconds");

  @Test
  void the_example_is_valid_without_a_notice() throws Exception {
    Verdict<Settings> verdict = SettingsReader.read(ConfigFiles.read("cameras.example.yaml"));

    assertThat(accepted(verdict).cameras()).hasSize(4);
    assertThat(notices(verdict)).isEmpty();
  }

  @Test
  void the_example_has_every_key_of_the_schema() throws Exception {
    JsonNode example = new YAMLMapper().readTree(ConfigFiles.read("cameras.example.yaml"));
    Set<String> keys = new TreeSet<>();
    for (JsonNode camera : example.get("cameras")) {
      keysOf(camera, "", keys);
    }
    Map<String, JsonNode> schema = schemaOf("camera");
    schema.values().removeIf(s -> s.path("deprecated").asBoolean());

    assertThat(keys).containsAll(schema.keySet());
    assertThat(example.properties().stream().map(Map.Entry::getKey))
        .containsExactlyInAnyOrder("schema", "aws", "device", "defaults", "cameras");
  }

  @Test
  void every_component_of_the_records_is_in_the_schema() throws Exception {
    Set<String> components = new TreeSet<>();
    componentsOf(CameraSettings.class, "", components);
    Map<String, JsonNode> schema = schemaOf("camera");

    assertThat(schema.keySet()).containsAll(components);
    // And the other way round: what else the schema has is older, or only groups or frees keys.
    Set<String> deprecated = new TreeSet<>();
    schema.forEach((path, value) -> {
      if (value.path("deprecated").asBoolean()) {
        deprecated.add(path);
      }
    });
    Set<String> others = new TreeSet<>(schema.keySet());
    others.removeAll(components);
    others.removeIf(path ->
        deprecated.contains(path)
            || path.equals("playback.getmedia.frame_queue")
            || path.startsWith("detectors.params."));
    assertThat(others).isEmpty();
  }

  @Test
  void the_defaults_of_the_schema_are_those_of_the_reader() throws Exception {
    CameraSettings least = Reading.camera("{id: a, stream_name: s, detectors: [{type: weapon}]}");
    Set<String> wrong = new TreeSet<>();
    JsonNode item = JSON.readTree(SettingsWriter.canonicalJson(least));
    schemaOf("camera")
        .forEach((path, schema) -> {
          JsonNode value =
              item.at("/" + path.replace("detectors.", "detectors/0/").replace('.', '/'));
          JsonNode said = schema.path("default");
          boolean holds =
              said.isNumber()
                  ? value.isNumber() && said.doubleValue() == value.doubleValue()
                  : said.equals(value);
          if (!said.isMissingNode()
              && !path.equals("detectors")
              && !path.startsWith("regions.")
              && !holds) {
            wrong.add(path + ": " + said + " but " + value);
          }
        });

    assertThat(wrong).isEmpty();
  }

  private static void keysOf(JsonNode node, String path, Set<String> keys) {
    if (node.isArray()) {
      node.forEach(element -> keysOf(element, path, keys));
      return;
    }
    node.properties()
        .forEach(field -> {
          String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
          keys.add(at);
          keysOf(field.getValue(), at, keys);
        });
  }

  private static void componentsOf(Class<?> record, String path, Set<String> found) {
    for (RecordComponent component : record.getRecordComponents()) {
      String own = record.getSimpleName() + "." + component.getName();
      String name = OTHERWISE.getOrDefault(own, snake(component.getName()));
      String at = path.isEmpty() ? name : path + "." + name;
      found.add(at);
      Class<?> type = component.getType();
      if (component.getGenericType() instanceof ParameterizedType list) {
        Type element = list.getActualTypeArguments()[0];
        type = element instanceof Class<?> c ? c : type;
      }
      if (type.isRecord() && type != Polygon.class && type != ConfidenceThreshold.class) {
        componentsOf(type, at, found);
      }
    }
  }

  private static String snake(String camelCase) {
    return camelCase.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  /** Every property below a definition with its schema, by path; lists do not add to the path. */
  private static Map<String, JsonNode> schemaOf(String definition) throws Exception {
    JsonNode root = JSON.readTree(ConfigFiles.read("cameras.schema.json"));
    Map<String, JsonNode> found = new TreeMap<>();
    collect(root, root.at("/$defs/" + definition), "", found);
    return found;
  }

  private static void collect(
      JsonNode root, JsonNode schema, String path, Map<String, JsonNode> found) {
    if (schema.has("$ref")) {
      collect(root, root.at(schema.get("$ref").asText().substring(1)), path, found);
    }
    schema.path("allOf").forEach(part -> collect(root, part, path, found));
    if (schema.has("items")) {
      collect(root, schema.get("items"), path, found);
    }
    schema
        .path("properties")
        .properties()
        .forEach(property -> {
          String at = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
          found.putIfAbsent(at, property.getValue());
          if (!property.getValue().path("deprecated").asBoolean()) {
            collect(root, property.getValue(), at, found);
          }
        });
  }
}
