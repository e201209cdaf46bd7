package io.kvsinfer.contract.settings;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads settings: a whole YAML file, or one item of the cameras table. Both take the same path
 * after the parser, so that they agree on every key; an item differs only in that its detectors may
 * not name a model by a path. Everything that is wrong is reported at once. Thread-safe.
 */
public final class SettingsReader {
  /** Characters of a settings file at most. */
  public static final int LONGEST_FILE = 4 * 1024 * 1024;

  private static final YAMLFactory YAML =
      YAMLFactory.builder().loaderOptions(loaderOptions()).build();
  private static final ObjectMapper TREES = new ObjectMapper();

  private SettingsReader() {}

  /**
   * Reads a settings file. Paths of violations start at the file's top, as {@code
   * cameras[0].fps_target}; of a file that is not YAML they name the line.
   */
  public static Verdict<Settings> read(String yaml) {
    Findings findings = new Findings();
    if (yaml.length() > LONGEST_FILE) {
      findings.refuse("", "is longer than " + LONGEST_FILE + " characters");
      return findings.refused();
    }
    Tree tree;
    try (JsonParser parser = YAML.createParser(yaml)) {
      tree = new TreeReader(parser, findings).read("");
    } catch (JsonProcessingException | YAMLException e) {
      findings.refuse(place(e), "is not YAML: " + problem(e));
      return findings.refused();
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    Settings settings = new FileReader(findings).read(tree);
    return findings.verdict(() -> settings);
  }

  /**
   * Reads one item of the cameras table. Paths of violations start at the item, as {@code
   * fps_target}.
   *
   * @param item String, Number, Boolean, List and Map values
   */
  public static Verdict<CameraSettings> readItem(Map<String, ?> item) {
    return readItem(TREES.<JsonNode>valueToTree(item));
  }

  /** Reads one item of the cameras table from a JSON tree. */
  public static Verdict<CameraSettings> readItem(JsonNode item) {
    Findings findings = new Findings();
    Tree tree;
    try (JsonParser parser = item.traverse()) {
      tree = new TreeReader(parser, findings).read("");
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    if (!(tree instanceof Tree.Fields fields)) {
      findings.refuse("", "must be a map of keys and values");
      return findings.refused();
    }
    CameraReader reader = new CameraReader(CameraReader.Origin.ITEM, findings);
    CameraSettings camera = reader.read(OlderNames.inCamera(fields, findings));
    return findings.verdict(() -> camera);
  }

  private static LoaderOptions loaderOptions() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LONGEST_FILE);
    options.setNestingDepthLimit(50);
    return options;
  }

  private static String place(Exception e) {
    if (e instanceof JsonProcessingException json && json.getLocation() != null) {
      return "line " + json.getLocation().getLineNr();
    }
    if (e instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      return "line " + (marked.getProblemMark().getLine() + 1);
    }
    return "";
  }

  private static String problem(Exception e) {
    Supplier<@Nullable String> whole =
        e instanceof JsonProcessingException json ? json::getOriginalMessage : e::getMessage;
    String message = whole.get();
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblem() != null) {
      message = marked.getProblem();
    }
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }
}
