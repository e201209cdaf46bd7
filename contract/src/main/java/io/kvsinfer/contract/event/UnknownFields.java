package io.kvsinfer.contract.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Fields of a newer schema on their way through a reader of this one. */
final class UnknownFields {
  /** Known objects that may be absent: without them, what was unknown in them goes too. */
  private static final Set<String> OPTIONAL_OBJECTS =
      Set.of("plate", "snapshot", "annotated", "crop");

  private final Map<String, JsonNode> fields = new TreeMap<>();

  /** Notes what is unknown in a known object. */
  void add(String name, ObjectNode rest) {
    if (!rest.isEmpty()) {
      fields.put(name, rest);
    }
  }

  /** All of them, with the ones of the record itself. */
  Map<String, JsonNode> with(ObjectNode rest) {
    rest.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    return fields;
  }

  /** Adds them to the known fields, which they never replace. */
  static void writeBack(Map<String, JsonNode> unknown, ObjectNode json) {
    new TreeMap<>(unknown)
        .forEach((name, value) -> {
          JsonNode known = json.get(name);
          if (known == null && !OPTIONAL_OBJECTS.contains(name)) {
            json.set(name, value);
          } else if (known instanceof ObjectNode object) {
            addMissing(object, value);
          } else if (known instanceof ArrayNode array) {
            addToElements(array, value);
          }
        });
  }

  private static void addToElements(ArrayNode array, JsonNode byIndex) {
    for (int i = 0; i < array.size(); i++) {
      JsonNode value = byIndex.get(Integer.toString(i));
      if (value != null && array.get(i) instanceof ObjectNode object) {
        addMissing(object, value);
      }
    }
  }

  private static void addMissing(ObjectNode object, JsonNode extra) {
    extra
        .properties()
        .forEach(field -> {
          if (!object.has(field.getKey())) {
            object.set(field.getKey(), field.getValue());
          }
        });
  }
}
