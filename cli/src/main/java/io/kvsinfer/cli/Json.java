package io.kvsinfer.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.settings.Violation;
import java.util.List;

/** JSON that several commands print. */
final class Json {
  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode texts(List<String> texts) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    texts.forEach(array::add);
    return array;
  }

  /** Violations as {path, value, allowed}; value is left out where there is none. */
  static ArrayNode violations(List<Violation> violations) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Violation violation : violations) {
      ObjectNode json = array.addObject().put("path", violation.path());
      if (!violation.value().isEmpty()) {
        json.put("value", violation.value());
      }
      json.put("allowed", violation.message());
    }
    return array;
  }
}
