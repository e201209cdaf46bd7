package io.kvsinfer.local.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A RunTask call, checked as ECS checks it.
 *
 * @param parameters all of them except the client token; equal ones are the same call
 * @param environment overrides of the container's variables
 */
record RunTaskCall(
    TaskDefinition definition,
    int count,
    @Nullable String startedBy,
    @Nullable String clientToken,
    String group,
    JsonNode overrides,
    Map<String, String> environment,
    JsonNode parameters) {
  private static final int MOST_TASKS = 10;
  private static final int LONGEST_OVERRIDES = 8192;
  private static final Pattern STARTED_BY = Pattern.compile("[A-Za-z0-9/_-]{1,128}");
  private static final int LONGEST_TOKEN = 64;

  RunTaskCall {
    environment = Map.copyOf(environment);
  }

  static RunTaskCall of(ObjectNode call, TaskDefinition definition) throws EcsException {
    int count = call.path("count").asInt(1);
    if (count < 1 || count > MOST_TASKS) {
      throw EcsException.invalid("count should be between 1 and " + MOST_TASKS + ", not " + count);
    }
    String startedBy = text(call, "startedBy");
    if (startedBy != null && !STARTED_BY.matcher(startedBy).matches()) {
      throw EcsException.invalid(
          "startedBy must be up to 128 letters, digits, hyphens, slashes and underscores");
    }
    String token = text(call, "clientToken");
    if (token != null && (token.isEmpty() || token.length() > LONGEST_TOKEN)) {
      throw EcsException.invalid("clientToken must be 1 to " + LONGEST_TOKEN + " characters");
    }
    JsonNode overrides = call.path("overrides");
    int size = overrides.isMissingNode() ? 0 : overrides.toString().length();
    if (size > LONGEST_OVERRIDES) {
      throw EcsException.invalid(
          "Container Overrides length must be at most "
              + LONGEST_OVERRIDES
              + " characters, not "
              + size);
    }
    String group = text(call, "group");
    ObjectNode parameters = call.deepCopy();
    parameters.remove("clientToken");
    return new RunTaskCall(
        definition,
        count,
        startedBy,
        token,
        group == null ? "family:" + definition.family() : group,
        overrides,
        environment(overrides, definition),
        parameters);
  }

  private static Map<String, String> environment(JsonNode overrides, TaskDefinition definition)
      throws EcsException {
    Map<String, String> environment = new LinkedHashMap<>();
    for (JsonNode container : overrides.path("containerOverrides")) {
      String name = container.path("name").asText();
      if (!name.equals(definition.container())) {
        throw EcsException.invalid(
            "Override for container named "
                + name
                + " is not a container in the TaskDefinition ("
                + definition.container()
                + ").");
      }
      if (!container.path("command").isEmpty()) {
        throw EcsException.client("overrides of the command are not supported here");
      }
      for (JsonNode variable : container.path("environment")) {
        environment.put(variable.path("name").asText(), variable.path("value").asText());
      }
    }
    return environment;
  }

  private static @Nullable String text(JsonNode call, String field) {
    return call.path(field).isTextual() ? call.path(field).textValue() : null;
  }
}
