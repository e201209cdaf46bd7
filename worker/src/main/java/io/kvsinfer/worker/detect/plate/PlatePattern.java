package io.kvsinfer.worker.detect.plate;

import io.kvsinfer.worker.detect.DetectorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One format of a country's plates, written as sets of characters with counts: {@code
 * [A-HJ-Z]{2}[0-9]{3}[EH]?}. A part of the syntax of regular expressions, since repairing needs to
 * know which characters may stand where.
 */
final class PlatePattern {
  private static final int MOST = 16;

  private final List<Element> elements;

  private record Element(Set<Character> allowed, int least, int most) {}

  private PlatePattern(List<Element> elements) {
    this.elements = elements;
  }

  /**
   * Reads one.
   *
   * @throws DetectorException saying where it cannot be read
   */
  static PlatePattern parse(String text) {
    return new PlatePattern(new Parser(text).elements());
  }

  /** The sets of characters by position, in each way in which {@code length} of them fit. */
  List<List<Set<Character>>> arrangements(int length) {
    List<List<Set<Character>>> found = new ArrayList<>();
    arrange(0, length, new ArrayList<>(), found);
    return found;
  }

  private void arrange(
      int index, int left, List<Set<Character>> before, List<List<Set<Character>>> found) {
    if (index == elements.size()) {
      if (left == 0) {
        found.add(List.copyOf(before));
      }
      return;
    }
    Element element = elements.get(index);
    int mark = before.size();
    for (int count = 0; count <= Math.min(element.most, left); count++) {
      if (count > 0) {
        before.add(element.allowed);
      }
      if (count >= element.least) {
        arrange(index + 1, left - count, before, found);
      }
    }
    before.subList(mark, before.size()).clear();
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    List<Element> elements() {
      List<Element> elements = new ArrayList<>();
      while (at < text.length()) {
        Set<Character> allowed = allowed();
        elements.add(counted(allowed));
      }
      if (elements.isEmpty()) {
        throw wrong("is empty");
      }
      return List.copyOf(elements);
    }

    private Set<Character> allowed() {
      char c = text.charAt(at++);
      if (Character.isLetterOrDigit(c)) {
        return Set.of(c);
      }
      if (c != '[') {
        throw wrong("has %s where a letter, a digit or [ must be".formatted(c));
      }
      Set<Character> allowed = new TreeSet<>();
      while (at < text.length() && text.charAt(at) != ']') {
        char from = text.charAt(at++);
        char to = from;
        if (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']') {
          to = text.charAt(at + 1);
          at += 2;
        }
        if (!Character.isLetterOrDigit(from) || !Character.isLetterOrDigit(to) || to < from) {
          throw wrong("has a set that is not of letters and digits");
        }
        for (int each = from; each <= to; each++) {
          allowed.add((char) each);
        }
      }
      if (at == text.length() || allowed.isEmpty()) {
        throw wrong("has a set that is empty or does not end");
      }
      at++;
      return allowed;
    }

    private Element counted(Set<Character> allowed) {
      if (at < text.length() && text.charAt(at) == '?') {
        at++;
        return new Element(allowed, 0, 1);
      }
      if (at == text.length() || text.charAt(at) != '{') {
        return new Element(allowed, 1, 1);
      }
      int end = text.indexOf('}', at);
      String inside = end < 0 ? "" : text.substring(at + 1, end);
      if (!inside.matches("\\d{1,2}(,\\d{1,2})?")) {
        throw wrong("has a count that is not {n} or {n,m}");
      }
      at = end + 1;
      String[] counts = inside.split(",", -1);
      int least = Integer.parseInt(counts[0]);
      int most = Integer.parseInt(counts[counts.length - 1]);
      if (most < least || most > MOST) {
        throw wrong("has a count outside of 0 to " + MOST);
      }
      return new Element(allowed, least, most);
    }

    private DetectorException wrong(String what) {
      return new DetectorException("plate pattern %s %s".formatted(text, what));
    }
  }
}
