package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelCard;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Least confidence by class: of the settings, else of the manifest, else 0.4; out of reach for
 * labels that the settings leave out.
 */
@SuppressWarnings("ArrayRecordComponent") // read for every row of every frame
record Thresholds(float[] byClass) {
  static final double OTHERWISE = 0.4;

  /**
   * Works them out.
   *
   * @param labels by class index
   * @throws DetectorException where the settings name a label that the model does not have
   */
  static Thresholds of(List<String> labels, DetectorSettings settings, @Nullable ModelCard card) {
    requireKnown("labels", settings.labels(), labels);
    requireKnown("confidence_threshold", settings.confidence().byLabel().keySet(), labels);
    Map<String, Double> ofManifest = card == null ? Map.of() : card.thresholds();
    float[] byClass = new float[labels.size()];
    for (int i = 0; i < byClass.length; i++) {
      String label = labels.get(i);
      boolean counts = settings.labels().isEmpty() || settings.labels().contains(label);
      double manifest = ofManifest.getOrDefault(label, OTHERWISE);
      byClass[i] =
          counts
              ? (float) settings.confidence().of(label).orElse(manifest)
              : Float.POSITIVE_INFINITY;
    }
    return new Thresholds(byClass);
  }

  /** Half of each: what reaches that can still be an object that is known already. */
  float[] faintest() {
    float[] half = byClass.clone();
    for (int i = 0; i < half.length; i++) {
      half[i] /= 2;
    }
    return half;
  }

  private static void requireKnown(String setting, Collection<String> named, List<String> labels) {
    Set<String> known = new LinkedHashSet<>(labels);
    for (String label : named) {
      if (!known.contains(label)) {
        throw new DetectorException(
            "%s: the model has no label %s, it has %s"
                .formatted(setting, label, String.join(", ", known)));
      }
    }
  }
}
