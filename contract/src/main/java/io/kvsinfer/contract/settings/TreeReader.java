package io.kvsinfer.contract.settings;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Tree} from a parser of YAML or JSON. What a later stage could not see any more is
 * refused here: keys given twice, anchors' uses, numbers without a value, too deep nesting.
 */
final class TreeReader {
  private static final int DEEPEST = 20;

  private final JsonParser parser;
  private final Findings findings;

  TreeReader(JsonParser parser, Findings findings) {
    this.parser = parser;
    this.findings = findings;
  }

  /** The one document; null when there is none. */
  @Nullable Tree read(String path) throws IOException {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return null;
    }
    Tree tree = value(path, 0);
    if (parser.nextToken() != null) {
      findings.refuse(path, "must be one document; a second one begins" + line());
    }
    return tree;
  }

  private Tree value(String path, int depth) throws IOException {
    if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      findings.refuse(
          path, "is an alias" + line() + "; write the value out, or use defaults for all cameras");
      return new Tree.Broken(path);
    }
    JsonToken token = parser.currentToken();
    if (depth > DEEPEST && token.isStructStart()) {
      findings.refuse(path, "is nested too deep, at most " + DEEPEST + " levels are allowed");
      parser.skipChildren();
      return new Tree.Broken(path);
    }
    return switch (token) {
      case START_OBJECT -> fields(path, depth);
      case START_ARRAY -> items(path, depth);
      case VALUE_STRING -> new Tree.Text(path, parser.getText());
      case VALUE_TRUE -> new Tree.Flag(path, true);
      case VALUE_FALSE -> new Tree.Flag(path, false);
      case VALUE_NULL -> new Tree.Nothing(path);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(path);
      default -> {
        findings.refuse(path, "must be text, a number, true, false, a list or a map");
        yield new Tree.Broken(path);
      }
    };
  }

  private Tree number(String path) throws IOException {
    try {
      if (!parser.isNaN()) {
        return new Tree.Num(path, parser.getDecimalValue());
      }
    } catch (JsonParseException | NumberFormatException e) {
      // YAML's .nan and .inf come here: a number by its token, but without a value.
      return notFinite(path);
    }
    return notFinite(path);
  }

  private Tree notFinite(String path) {
    findings.refuse(path, "must be a number that is finite");
    return new Tree.Broken(path);
  }

  private Tree fields(String path, int depth) throws IOException {
    Map<String, Tree> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      String at = Paths.child(path, key);
      String line = line();
      parser.nextToken();
      Tree value = value(at, depth + 1);
      if (entries.putIfAbsent(key, value) != null) {
        findings.refuse(at, "is given twice, again" + line + "; keep one");
      }
    }
    return new Tree.Fields(path, entries);
  }

  private Tree items(String path, int depth) throws IOException {
    List<Tree> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(Paths.element(path, elements.size()), depth + 1));
    }
    return new Tree.Items(path, elements);
  }

  /** As " at line 5", where the parser knows it. */
  private String line() {
    int line = parser.currentTokenLocation().getLineNr();
    return line > 0 ? " at line " + line : "";
  }
}
