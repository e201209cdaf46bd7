package io.kvsinfer.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What roles in a template may do, as {@code action} or {@code action table}. */
final class Granted {
  private static final Pattern TABLE =
      Pattern.compile("Table(camerastate|cameras|events|incidents)Table[0-9A-F]*Arn");

  private Granted() {}

  /** Of the one role whose logical id contains a text, inline and attached. */
  static Set<String> to(JsonNode template, String role) {
    Set<String> granted = new TreeSet<>();
    for (JsonNode statement : statements(template, role)) {
      for (String action : texts(statement.get("Action"))) {
        granted.add(label(action, statement.get("Resource").toString()));
      }
    }
    return granted;
  }

  /** All statements of the one role whose logical id contains a text. */
  static List<JsonNode> statements(JsonNode template, String role) {
    List<JsonNode> found = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    template
        .get("Resources")
        .properties()
        .forEach(e -> {
          if (e.getValue().get("Type").asText().equals("AWS::IAM::Role")
              && e.getKey().contains(role)) {
            ids.add(e.getKey());
            e.getValue()
                .at("/Properties/Policies")
                .forEach(p -> p.at("/PolicyDocument/Statement").forEach(found::add));
          }
        });
    if (ids.size() != 1) {
      throw new AssertionError("roles like " + role + ": " + ids);
    }
    for (JsonNode resource : template.get("Resources")) {
      if (resource.get("Type").asText().equals("AWS::IAM::Policy")
          && resource.at("/Properties/Roles").findValuesAsText("Ref").contains(ids.getFirst())) {
        resource.at("/Properties/PolicyDocument/Statement").forEach(found::add);
      }
    }
    return found;
  }

  static List<String> texts(JsonNode node) {
    List<String> texts = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(t -> texts.add(t.asText()));
    } else {
      texts.add(node.asText());
    }
    return texts;
  }

  private static String label(String action, String resource) {
    if (action.startsWith("s3:") && resource.contains("aws/lambda/")) {
      return action + " given up";
    }
    Matcher table = TABLE.matcher(resource);
    return table.find() ? action + " " + table.group(1) : action;
  }
}
