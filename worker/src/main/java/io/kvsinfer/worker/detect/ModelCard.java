package io.kvsinfer.worker.detect;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One model as the manifest describes it.
 *
 * @param file name of the file in the models folder
 * @param sha256 of the file, lower-case hexadecimal
 * @param type detector type it was made for
 * @param size {@code n}, {@code s}, {@code m}, …
 * @param defaultFor detector type that takes this model when its settings name none; null = none
 * @param input tensor shape, {@code [1, 3, height, width]}
 * @param layout of its output, as {@code params.layout} names it
 * @param classes labels by class index
 * @param thresholds least confidence by label, 0..1
 * @param licence of the weights and the data behind them
 * @param made how it came to be
 * @param role {@code detector} or {@code reader}; null = told by the layout
 * @param defaultReaderFor detector type that reads with this model when its settings name no
 *     reader; null = none
 */
public record ModelCard(
    String name,
    String file,
    String sha256,
    String type,
    String size,
    @Nullable String defaultFor,
    List<Integer> input,
    String layout,
    List<String> classes,
    Map<String, Double> thresholds,
    String licence,
    String made,
    @Nullable String role,
    @Nullable String defaultReaderFor) {
  private static final Set<String> READING = Set.of("ctc", "slots");

  public ModelCard {
    requireNonNull(name, "name is missing");
    requireNonNull(file, "file is missing");
    requireNonNull(sha256, "sha256 is missing");
    requireNonNull(type, "type is missing");
    requireNonNull(size, "size is missing");
    requireNonNull(layout, "layout is missing");
    requireNonNull(licence, "licence is missing");
    requireNonNull(made, "made is missing");
    input = List.copyOf(requireNonNull(input, "input is missing"));
    classes = List.copyOf(requireNonNull(classes, "classes are missing"));
    Map<String, Double> byLabel =
        thresholds == null && READING.contains(layout) ? Map.of() : thresholds;
    thresholds = Map.copyOf(requireNonNull(byLabel, "thresholds are missing"));
    if (role != null && !role.equals("detector") && !role.equals("reader")) {
      throw new IllegalArgumentException("role must be detector or reader");
    }
  }

  /** A detector. */
  public ModelCard(
      String name,
      String file,
      String sha256,
      String type,
      String size,
      @Nullable String defaultFor,
      List<Integer> input,
      String layout,
      List<String> classes,
      Map<String, Double> thresholds,
      String licence,
      String made) {
    this(
        name,
        file,
        sha256,
        type,
        size,
        defaultFor,
        input,
        layout,
        classes,
        thresholds,
        licence,
        made,
        null,
        null);
  }

  /** Whether it reads text rather than finding objects. */
  public boolean isReader() {
    return role == null ? READING.contains(layout) : role.equals("reader");
  }
}
