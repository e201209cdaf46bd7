package io.kvsinfer.contract.settings;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.stream.Collectors;

/** What stands in settings, as JSON, shortened so that it fits into a message. */
final class Excerpt {
  private static final int LONGEST = 80;

  private Excerpt() {}

  static String of(String text) {
    String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(cut)) + '"';
  }

  static String of(Tree tree) {
    String json = json(tree, 3);
    return json.length() > LONGEST ? json.substring(0, LONGEST) + "…" : json;
  }

  private static String json(Tree tree, int depth) {
    return switch (tree) {
      case Tree.Fields f ->
          depth == 0
              ? "{…}"
              : f.entries().entrySet().stream()
                  .limit(LONGEST / 4)
                  .map(e -> of(e.getKey()) + ":" + json(e.getValue(), depth - 1))
                  .collect(Collectors.joining(",", "{", "}"));
      case Tree.Items i ->
          depth == 0
              ? "[…]"
              : i.elements().stream()
                  .limit(LONGEST / 2)
                  .map(e -> json(e, depth - 1))
                  .collect(Collectors.joining(",", "[", "]"));
      case Tree.Text t -> of(t.value());
      case Tree.Num n -> n.value().toString();
      case Tree.Flag f -> Boolean.toString(f.value());
      case Tree.Nothing n -> "null";
      case Tree.Broken b -> "";
    };
  }
}
