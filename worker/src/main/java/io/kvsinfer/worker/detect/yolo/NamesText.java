package io.kvsinfer.worker.detect.yolo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code names} of a model's metadata: {@code {"0": "gun"}} as JSON has it, {@code {0:
 * 'gun', 1: "driver's seat"}} as Python prints it, either with index and name exchanged, or a list;
 * quotes may be left out as in YAML, and so may the braces where each entry has a line of its own.
 */
final class NamesText {
  private final String text;
  private int at;

  private NamesText(String text) {
    this.text = text;
  }

  /** Labels by index; empty where the text is nothing of the kind or has holes. */
  static Optional<List<String>> parse(String text) {
    String stripped = text.strip();
    return stripped.startsWith("[") || stripped.startsWith("{")
        ? new NamesText(stripped).names()
        : lines(stripped);
  }

  /** YAML in its usual form: {@code 0: gun} or {@code - gun}, a line each, perhaps under a key. */
  private static Optional<List<String>> lines(String text) {
    List<String> entries =
        text.lines()
            .map(String::strip)
            .filter(l -> !l.isEmpty() && !l.startsWith("#") && !l.equals("names:"))
            .toList();
    boolean list = !entries.isEmpty() && entries.stream().allMatch(l -> l.startsWith("- "));
    boolean map =
        !entries.isEmpty() && entries.stream().allMatch(l -> l.matches("\\S.*:\\s+\\S.*"));
    if (!list && !map) {
      return Optional.empty();
    }
    String joined =
        String.join(",", entries.stream().map(l -> list ? l.substring(2).strip() : l).toList());
    return new NamesText((list ? "[" : "{") + joined + (list ? "]" : "}")).names();
  }

  private Optional<List<String>> names() {
    boolean list = take('[');
    if (!list && !take('{')) {
      return Optional.empty();
    }
    SortedMap<Integer, String> byIndex = new TreeMap<>();
    char end = list ? ']' : '}';
    while (!take(end)) {
      Entry entry = list ? item(byIndex.size(), end) : pair(end);
      if (entry == null || byIndex.put(entry.index, entry.name) != null) {
        return Optional.empty();
      }
      if (!take(',') && !peek(end)) {
        return Optional.empty();
      }
    }
    boolean complete =
        at == text.length() && !byIndex.isEmpty() && byIndex.lastKey() == byIndex.size() - 1;
    return complete && byIndex.firstKey() == 0
        ? Optional.of(new ArrayList<>(byIndex.values()))
        : Optional.empty();
  }

  private record Entry(int index, String name) {}

  private @Nullable Entry item(int index, char end) {
    String name = token(end, end);
    return name == null ? null : new Entry(index, name);
  }

  /** Index, colon and name, or name, colon and index. */
  private @Nullable Entry pair(char end) {
    String first = token(':', end);
    if (first == null || !take(':')) {
      return null;
    }
    String second = token(end, end);
    if (second == null) {
      return null;
    }
    if (first.matches("\\d{1,6}")) {
      return new Entry(Integer.parseInt(first), second);
    }
    return second.matches("\\d{1,6}") ? new Entry(Integer.parseInt(second), first) : null;
  }

  /** A text in quotes, or one without that ends before a comma or one of two other characters. */
  private @Nullable String token(char stop, char end) {
    if (peek('"') || peek('\'')) {
      return quoted().orElse(null);
    }
    int from = at;
    while (at < text.length() && ",\n".indexOf(text.charAt(at)) < 0) {
      char c = text.charAt(at);
      if (c == stop || c == end) {
        break;
      }
      at++;
    }
    String bare = text.substring(from, at).strip();
    boolean clean = !bare.isEmpty() && bare.chars().noneMatch(c -> "[]{}\"".indexOf(c) >= 0);
    return clean ? bare : null;
  }

  private Optional<String> quoted() {
    char quote = peek('"') ? '"' : '\'';
    if (!take(quote)) {
      return Optional.empty();
    }
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == quote) {
        return Optional.of(out.toString());
      }
      if (c == '\\' && at < text.length()) {
        c = escaped();
      }
      out.append(c);
    }
    return Optional.empty();
  }

  /** The character after a backslash, or the one that its number in hexadecimal stands for. */
  private char escaped() {
    char c = text.charAt(at++);
    int digits = c == 'u' ? 4 : c == 'x' ? 2 : 0;
    if (digits > 0 && at + digits <= text.length()) {
      String number = text.substring(at, at + digits);
      if (number.matches("[0-9a-fA-F]+")) {
        at += digits;
        return (char) Integer.parseInt(number, 16);
      }
    }
    return c;
  }

  private boolean peek(char c) {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length() && text.charAt(at) == c;
  }

  private boolean take(char c) {
    if (!peek(c)) {
      return false;
    }
    at++;
    return true;
  }
}
