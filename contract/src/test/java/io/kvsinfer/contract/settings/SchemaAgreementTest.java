package io.kvsinfer.contract.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The JSON Schema and the reader give the same verdict wherever a schema can express it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SchemaAgreementTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Violations of what a schema cannot say: one value against another. */
  private static final Pattern BEYOND_A_SCHEMA =
      Pattern.compile(
          "must be less than session_seconds|must not be less than reconnect_delay"
              + "|must not be more than window|must be a region of this camera|is a mask"
              + "|must not (repeat|turn back|cross)|must be unique in the camera"
              + "|is the name of another region|is also cameras|as stream_arn says"
              + "|is the older name of|start_selector|what KVS retains");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "1",
          "0.5",
          "2.0",
          "1e9",
          "1000",
          "\"\"",
          "\"a\"",
          "\"A b\"",
          "\"a/b\"",
          "\"5\"",
          "\"x.onnx\"",
          "\"HLS\"",
          "\"GETMEDIA\"",
          "\"auto\"",
          "[]",
          "[1]",
          "[\"a\"]",
          "[\"a\",\"a\"]",
          "[null]",
          "{}",
          "{\"a\":1}",
          "{\"a\":null}",
          "{\"*\":0.5}",
          "{\"gun\":0.5}",
          "[[0,0],[1,0],[0,1]]",
          "[[0,0],[1,0],[0,2]]",
          "[{\"type\":\"alpr\"}]",
          "[{\"name\":\"a\"}]");

  private static final List<String> KEYS =
      List.of(
          "zzz",
          "name",
          "camera_id",
          "kvs_stream_name",
          "fps_limit",
          "hls_session_seconds",
          "roi",
          "aws_region",
          "parser",
          "stream_arn",
          "region",
          "model",
          "schema",
          "id");

  private static final List<String> SEEDS =
      List.of(
          """
          {"schema": 1, "aws_region": "eu-west-1", "device": "cpu", "cameras": [
            {"name": "a", "kvs_stream_name": "s", "fps_limit": 3,
             "roi": [{"name": "gate", "polygon": [[0, 0], [1, 0], [0, 1]]}],
             "playback": {"hls_session_seconds": 400, "mode": "HLS"}},
            {"camera_id": "b", "playback": {"kvs_stream_name": "s", "mode": "GETMEDIA",
             "retention_required": false, "getmedia": {"parser": {"x": null}}}}]}
          """,
          """
          {"schema": 1, "defaults": {"fps_target": 2, "tags": {"a": "b"},
             "playback": {"preset": "aggressive", "hls": {"session_seconds": 100}},
             "detectors": [{"type": "weapon", "params": {"own": [1, {"deep": "x"}]}}]},
           "cameras": [{"id": "a", "stream_name": "s"},
             {"id": "b", "stream_name": "s", "tags": {"c": ""},
              "detectors": [{"type": "objects", "model": "models/x.onnx", "labels": ["car"]}]}]}
          """);

  private JsonNode schemaTree = JSON.createObjectNode();
  private List<JsonNode> seeds = List.of();

  @BeforeAll
  void readFiles() throws IOException {
    schemaTree = JSON.readTree(ConfigFiles.read("cameras.schema.json"));
    List<JsonNode> read = new ArrayList<>();
    read.add(new YAMLMapper().readTree(ConfigFiles.read("cameras.example.yaml")));
    for (String seed : SEEDS) {
      read.add(JSON.readTree(seed));
    }
    seeds = read;
  }

  @Test
  void the_seeds_are_valid_by_both() {
    JsonSchema schema = schema("#");
    for (JsonNode seed : seeds) {
      assertThat(schema.validate(seed)).isEmpty();
      assertThat(SettingsReader.read(seed.toString())).isInstanceOf(Verdict.Accepted.class);
    }
  }

  @Test
  void files_with_one_thing_changed_get_the_same_verdict() {
    JsonSchema schema = schema("#");
    int accepted = 0;
    int all = 0;
    // The example is left to the items below: it is long, and a file is checked as a whole.
    for (JsonNode seed : seeds.subList(1, seeds.size())) {
      for (JsonNode changed : changedOnce(seed)) {
        all++;
        accepted += agree(schema, changed, SettingsReader.read(changed.toString())) ? 1 : 0;
      }
    }
    assertThat(all).isGreaterThan(2000);
    assertThat(accepted).isBetween(100, all / 2);
  }

  @Test
  void files_with_several_things_changed_get_the_same_verdict() {
    JsonSchema schema = schema("#");
    Random random = new Random(4);
    for (int i = 0; i < 500; i++) {
      JsonNode changed = seeds.get(random.nextInt(seeds.size())).deepCopy();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        List<JsonNode> places = containers(changed);
        JsonNode place = places.get(random.nextInt(places.size()));
        JsonNode value = value(VALUES.get(random.nextInt(VALUES.size())));
        change(place, random.nextInt(), KEYS.get(random.nextInt(KEYS.size())), value);
      }
      agree(schema, changed, SettingsReader.read(changed.toString()));
    }
  }

  @Test
  void items_with_one_thing_changed_get_the_same_verdict() {
    JsonSchema schema = schema("#/$defs/camera");
    for (JsonNode camera : seeds.getFirst().get("cameras")) {
      agree(schema, camera, SettingsReader.readItem(camera));
      for (JsonNode changed : changedOnce(camera)) {
        agree(schema, changed, SettingsReader.readItem(changed));
      }
    }
  }

  @Test
  void the_patterns_of_the_schema_are_those_of_the_reader() throws Exception {
    Set<String> known = new TreeSet<>();
    for (var field : TextForm.class.getDeclaredFields()) {
      if (field.getType() == TextForm.class) {
        known.add("^(?:" + ((TextForm) field.get(null)).pattern() + ")$");
      }
    }
    known.add("^(?:" + GetMediaReader.TIME.pattern() + ")$");
    known.add("^(?:\\*|" + Names.NAME + ")$");
    known.add("[/\\\\]|\\.onnx$");

    assertThat(new TreeSet<>(schemaTree.findValuesAsText("pattern"))).isEqualTo(known);
  }

  /** Whether both accept; fails where they disagree on what a schema can say. */
  private static boolean agree(JsonSchema schema, JsonNode document, Verdict<?> verdict) {
    var errors = schema.validate(document);
    switch (verdict) {
      case Verdict.Accepted<?> accepted ->
          assertThat(errors).as("the reader accepts %s", document).isEmpty();
      case Verdict.Refused<?> refused -> {
        if (errors.isEmpty()) {
          assertThat(refused.violations())
              .as("the schema accepts %s", document)
              .allMatch(v -> BEYOND_A_SCHEMA.matcher(v.message()).find());
        }
        return false;
      }
    }
    return true;
  }

  /** The document with each value replaced, each key removed and odd keys added, one at a time. */
  private static List<JsonNode> changedOnce(JsonNode document) {
    List<JsonNode> changed = new ArrayList<>();
    int places = containers(document).size();
    for (int place = 0; place < places; place++) {
      int size = containers(document).get(place).size();
      for (int entry = 0; entry < size; entry++) {
        for (String value : VALUES) {
          changed.add(with(document, place, entry, "", value(value)));
        }
        changed.add(with(document, place, entry, "", null));
      }
      for (String key : KEYS) {
        changed.add(with(document, place, size, key, value("1")));
        changed.add(with(document, place, size, key, value("\"a\"")));
      }
    }
    return changed;
  }

  private static JsonNode with(
      JsonNode document, int place, int entry, String key, @Nullable JsonNode value) {
    JsonNode copy = document.deepCopy();
    JsonNode container = containers(copy).get(place);
    if (value != null) {
      change(container, entry, key, value);
    } else if (container instanceof ObjectNode object) {
      object.remove(key(object, entry));
    } else {
      ((ArrayNode) container).remove(entry);
    }
    return copy;
  }

  /** Replaces an entry, or adds one where the number of the entry is past the last. */
  private static void change(JsonNode container, int entry, String key, JsonNode value) {
    int at = Math.floorMod(entry, container.size() + 1);
    if (container instanceof ObjectNode object) {
      object.set(at == object.size() ? key : key(object, at), value);
    } else if (at == container.size()) {
      ((ArrayNode) container).add(value);
    } else {
      ((ArrayNode) container).set(at, value);
    }
  }

  private static String key(ObjectNode object, int entry) {
    return new ArrayList<>(object.properties()).get(entry).getKey();
  }

  /** All maps and lists of a document, itself first. */
  private static List<JsonNode> containers(JsonNode node) {
    List<JsonNode> found = new ArrayList<>();
    if (node.isContainerNode()) {
      found.add(node);
      node.forEach(child -> found.addAll(containers(child)));
    }
    return found;
  }

  private static JsonNode value(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private JsonSchema schema(String fragment) {
    ObjectNode root = schemaTree.deepCopy();
    root.put("$id", "urn:kvs-infer:settings");
    JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    JsonSchema whole = factory.getSchema(root);
    return fragment.equals("#")
        ? whole
        : whole.getSubSchema(SchemaLocation.of(fragment).getFragment());
  }
}
