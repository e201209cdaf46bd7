package io.kvsinfer.worker.detect.yolo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the {@code names} of a model's metadata: {@code {"0": "gun"}} as JSON has it, {@code {0:
 * 'gun', 1: "driver's seat"}} as Python prints it, or a list of either.
 */
final class NamesText {
  private final String text;
  private int at;

  private NamesText(String text) {
    this.text = text;
  }

  /** Labels by index; empty where the text is nothing of the kind or has holes. */
  static Optional<List<String>> parse(String text) {
    return new NamesText(text.strip()).names();
  }

  private Optional<List<String>> names() {
    boolean list = take('[');
    if (!list && !take('{')) {
      return Optional.empty();
    }
    SortedMap<Integer, String> byIndex = new TreeMap<>();
    char end = list ? ']' : '}';
    while (!take(end)) {
      Optional<Integer> index = list ? Optional.of(byIndex.size()) : index();
      Optional<String> name = index.isPresent() ? quoted() : Optional.empty();
      if (name.isEmpty() || byIndex.put(index.orElseThrow(), name.get()) != null) {
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

  /** A number, quoted or not, and the colon after it. */
  private Optional<Integer> index() {
    boolean isQuoted = peek('"') || peek('\'');
    String digits = isQuoted ? quoted().orElse("") : digits();
    return digits.matches("\\d{1,6}") && take(':')
        ? Optional.of(Integer.parseInt(digits))
        : Optional.empty();
  }

  private String digits() {
    int from = at;
    while (at < text.length() && Character.isDigit(text.charAt(at))) {
      at++;
    }
    return text.substring(from, at);
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
        c = text.charAt(at++);
      }
      out.append(c);
    }
    return Optional.empty();
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
