package io.kvsinfer.infra;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of PromQL as our own rules and panels use: which series a query names, which of their
 * labels, and which labels its answer has.
 */
record PromQuery(String where, String expression) {
  private static final Pattern NAME = Pattern.compile("\\b(kvs_[a-z0-9_:]+|up)\\b(\\{[^}]*\\})?");
  private static final Pattern BY = Pattern.compile("\\bby \\(([^)]*)\\)");
  private static final Pattern ONE = Pattern.compile("^\\s*(count|sum|max|min|avg)\\(");
  private static final Pattern MATCHER = Pattern.compile("([a-z_]+)\\s*(=~|!~|!=|=)");

  /** Series it names, each with the labels it chooses by. */
  Map<String, Set<String>> names() {
    Map<String, Set<String>> names = new TreeMap<>();
    Matcher name = NAME.matcher(expression);
    while (name.find()) {
      Set<String> chosen = names.computeIfAbsent(name.group(1), n -> new TreeSet<>());
      if (name.group(2) != null) {
        Matcher label = MATCHER.matcher(name.group(2));
        while (label.find()) {
          chosen.add(label.group(1));
        }
      }
    }
    return names;
  }

  /** Labels that it groups by. */
  Set<String> grouped() {
    Set<String> labels = new TreeSet<>();
    Matcher by = BY.matcher(expression);
    while (by.find()) {
      labels.addAll(List.of(by.group(1).split("\\s*,\\s*", -1)));
    }
    return labels;
  }

  /**
   * Labels of the answer.
   *
   * @param known labels of every series
   */
  Set<String> labels(Map<String, Set<String>> known) {
    Set<String> labels = new TreeSet<>(grouped());
    if (labels.isEmpty() && !ONE.matcher(expression).find()) {
      names().keySet().forEach(name -> labels.addAll(known.getOrDefault(name, Set.of())));
    }
    // A quantile takes them away.
    labels.remove("le");
    return labels;
  }

  /** What is wrong with it, empty for nothing. */
  Set<String> faults(Map<String, Set<String>> known) {
    Set<String> faults = new TreeSet<>();
    Set<String> all = new TreeSet<>();
    names()
        .forEach((name, chosen) -> {
          Set<String> labels = known.get(name);
          if (labels == null) {
            faults.add(where + ": nobody tells " + name);
            return;
          }
          all.addAll(labels);
          chosen.stream()
              .filter(label -> !labels.contains(label))
              .forEach(label -> faults.add(where + ": " + name + " has no label " + label));
        });
    grouped().stream()
        .filter(label -> !all.contains(label))
        .forEach(label -> faults.add(where + ": grouped by " + label + ", which nothing has"));
    return faults;
  }
}
