package io.kvsinfer.worker.detect;

import io.kvsinfer.contract.settings.DetectorSettings;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The detector types of this process, built in and added by users. Immutable. */
public final class Detectors {
  private final SortedMap<String, DetectorFactory> byType;

  private Detectors(SortedMap<String, DetectorFactory> byType) {
    this.byType = byType;
  }

  /**
   * The factories on the class path.
   *
   * @throws DetectorException where two of them claim one type
   */
  public static Detectors load() {
    return of(ServiceLoader.load(DetectorFactory.class));
  }

  static Detectors of(Iterable<DetectorFactory> factories) {
    SortedMap<String, DetectorFactory> byType = new TreeMap<>();
    for (DetectorFactory factory : factories) {
      for (String type : factory.types()) {
        DetectorFactory other = byType.putIfAbsent(type, factory);
        if (other != null) {
          throw new DetectorException(
              "detector type %s is claimed by %s and %s: remove one from the class path"
                  .formatted(type, other.getClass().getName(), factory.getClass().getName()));
        }
      }
    }
    return new Detectors(byType);
  }

  /** Detector types that settings may name. */
  public SortedSet<String> types() {
    return new TreeSet<>(byType.keySet());
  }

  /**
   * A detector for one camera.
   *
   * @throws DetectorException naming the setting that is wrong and what would be right
   */
  public Detector create(DetectorSettings settings, DetectorContext context) {
    DetectorFactory factory = byType.get(settings.type());
    if (factory == null) {
      throw new DetectorException(
          "detector %s: type = %s: known are %s"
              .formatted(settings.name(), settings.type(), String.join(", ", byType.keySet())));
    }
    return factory.create(settings, context);
  }
}
