package io.kvsinfer.infra;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.infra.config.Configuration;
import io.kvsinfer.infra.config.ConfigurationReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.cxapi.CloudAssembly;

/** The templates of an environment as cdk.json describes it, made once for all tests. */
final class Synthesis {
  static final JsonMapper JSON = new JsonMapper();

  /** Stands for the image, so that no Docker asset is made. */
  static final String IMAGE = "registry.test/kvs-infer:1";

  private static final Map<String, Synthesis> KNOWN = new ConcurrentHashMap<>();

  private final Configuration configuration;
  private final Map<String, JsonNode> templates;

  private Synthesis(Configuration configuration, Map<String, JsonNode> templates) {
    this.configuration = configuration;
    this.templates = Map.copyOf(templates);
  }

  /** Of an environment in cdk.json. */
  static Synthesis of(String environment) {
    return KNOWN.computeIfAbsent(environment, name -> make(context(name)));
  }

  /** Of an environment that a test describes. */
  static Synthesis of(String environment, String described) {
    ObjectNode context = context(environment);
    ObjectNode environments = (ObjectNode) context.required("environments");
    environments.set(environment, withImage(tree(described)));
    return make(context);
  }

  /** The context of cdk.json, with what tests replace. */
  static ObjectNode context(String environment) {
    ObjectNode context = (ObjectNode) tree(read(repository().resolve("cdk.json"))).get("context");
    context.put("environment", environment);
    context.put("functions_jar", "infra/src/test/resources/functions");
    ObjectNode environments = (ObjectNode) context.required("environments");
    if (environments.has(environment)) {
      environments.set(environment, withImage(environments.get(environment)));
    }
    return context;
  }

  static App app(ObjectNode context) {
    try {
      return new App(
          AppProps.builder()
              .analyticsReporting(false)
              .outdir(Files.createTempDirectory("cdk.out").toString())
              .context(JSON.convertValue(context, new TypeReference<Map<String, Object>>() {}))
              .build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static InfraApp.Stacks stacks(App app) {
    return InfraApp.build(
        app, ConfigurationReader.read(key -> app.getNode().tryGetContext(key)), repository());
  }

  static Path repository() {
    return Path.of(System.getProperty("kvsinfer.repository"));
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  Configuration configuration() {
    return configuration;
  }

  /** State, Compute or Watch. */
  JsonNode template(String stack) {
    return Objects.requireNonNull(templates.get(stack));
  }

  /** All resources of a type, of all stacks. */
  List<JsonNode> resources(String type) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode template : templates.values()) {
      for (JsonNode resource : template.get("Resources")) {
        if (resource.get("Type").asText().equals(type)) {
          found.add(resource);
        }
      }
    }
    return found;
  }

  /** The properties of the one resource of a type whose logical id contains a text. */
  JsonNode only(String type, String id) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode template : templates.values()) {
      template
          .get("Resources")
          .properties()
          .forEach(e -> {
            if (e.getValue().get("Type").asText().equals(type) && e.getKey().contains(id)) {
              found.add(e.getValue().get("Properties"));
            }
          });
    }
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " resources " + type + " like " + id);
    }
    return found.getFirst();
  }

  private static JsonNode withImage(JsonNode environment) {
    ObjectNode changed = environment.deepCopy();
    changed.withObject("/worker").put("image", IMAGE);
    return changed;
  }

  private static Synthesis make(ObjectNode context) {
    App app = app(context);
    InfraApp.Stacks stacks = stacks(app);
    CloudAssembly assembly = app.synth();
    Map<String, JsonNode> templates = new ConcurrentHashMap<>();
    Map.of("State", stacks.state(), "Compute", stacks.compute(), "Watch", stacks.watch())
        .forEach((name, stack) ->
            templates.put(
                name,
                JSON.valueToTree(assembly.getStackByName(stack.getStackName()).getTemplate())));
    return new Synthesis(
        ConfigurationReader.read(key -> app.getNode().tryGetContext(key)), templates);
  }
}
