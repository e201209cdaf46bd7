package io.kvsinfer.contract.settings;

import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Least confidence of a detection, 0..1: one number, or by label.
 *
 * @param value for labels not in {@code byLabel}; null = the manifest's threshold for the label
 */
public record ConfidenceThreshold(@Nullable Double value, Map<String, Double> byLabel) {
  /** In a map by label: the threshold of all labels that are not named. */
  public static final String OTHER_LABELS = "*";

  public ConfidenceThreshold {
    byLabel = Map.copyOf(byLabel);
  }

  /** Nothing said: the manifest decides. */
  public static ConfidenceThreshold unset() {
    return new ConfidenceThreshold(null, Map.of());
  }

  /** What these settings say for a label; empty = the manifest decides. */
  public OptionalDouble of(String label) {
    Double own = byLabel.get(label);
    if (own != null) {
      return OptionalDouble.of(own);
    }
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
