package io.kvsinfer.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.SettingsWriter;
import io.kvsinfer.contract.settings.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What putting an item would change.
 *
 * @param result added, changed or unchanged
 * @param changes of settings, by path; none for an added camera
 */
record Difference(String result, List<Change> changes) {
  private static final ObjectMapper TREES = new ObjectMapper();

  Difference {
    changes = List.copyOf(changes);
  }

  /**
   * One setting.
   *
   * @param path as {@code detectors[0].confirm.hits}
   * @param before as JSON; null = not there
   * @param after likewise
   */
  record Change(String path, @Nullable String before, @Nullable String after) {
    @Override
    public String toString() {
      return path + ": " + (before == null ? "-" : before) + " -> " + (after == null ? "-" : after);
    }
  }

  /** Compares what both mean, defaults filled in, not how they are written. */
  static Difference of(@Nullable JsonNode before, JsonNode after) {
    if (before == null) {
      return new Difference("added", List.of());
    }
    Map<String, String> old = flat(before);
    Map<String, String> fresh = flat(after);
    TreeSet<String> paths = new TreeSet<>(old.keySet());
    paths.addAll(fresh.keySet());
    List<Change> changes = new ArrayList<>();
    for (String path : paths) {
      String was = old.get(path);
      String is = fresh.get(path);
      if (was == null || !was.equals(is)) {
        changes.add(new Change(path, was, is));
      }
    }
    return new Difference(changes.isEmpty() ? "unchanged" : "changed", changes);
  }

  ObjectNode json(String id) {
    ObjectNode json = Json.object().put("id", id).put("result", result);
    if (!changes.isEmpty()) {
      ArrayNode list = json.putArray("changes");
      for (Change change : changes) {
        ObjectNode one = list.addObject().put("path", change.path());
        if (change.before() != null) {
          one.put("before", change.before());
        }
        if (change.after() != null) {
          one.put("after", change.after());
        }
      }
    }
    return json;
  }

  private static Map<String, String> flat(JsonNode item) {
    JsonNode whole =
        switch (SettingsReader.readItem(item)) {
          case Verdict.Accepted<CameraSettings> accepted ->
              TREES.<JsonNode>valueToTree(SettingsWriter.item(accepted.value()));
          case Verdict.Refused<CameraSettings> refused -> item;
        };
    Map<String, String> flat = new TreeMap<>();
    flatten("", whole, flat);
    return flat;
  }

  private static void flatten(String path, JsonNode node, Map<String, String> into) {
    if (node.isObject() && !node.isEmpty()) {
      node.properties()
          .forEach(e ->
              flatten(path.isEmpty() ? e.getKey() : path + "." + e.getKey(), e.getValue(), into));
    } else if (node.isArray() && !node.isEmpty()) {
      for (int i = 0; i < node.size(); i++) {
        flatten(path + "[" + i + "]", node.get(i), into);
      }
    } else {
      into.put(path, node.toString());
    }
  }
}
