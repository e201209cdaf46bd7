package io.kvsinfer.worker.detect;

import io.kvsinfer.contract.settings.DetectorSettings;
import java.util.ServiceConfigurationError;
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
   * @throws DetectorRefusedException where two of them claim one type, or one cannot be loaded
   */
  public static Detectors load() {
    try {
      return of(ServiceLoader.load(DetectorFactory.class));
    } catch (ServiceConfigurationError e) {
      throw new DetectorRefusedException(
          "a detector of the class path cannot be loaded: " + e.getMessage(), e);
    }
  }

  static Detectors of(Iterable<DetectorFactory> factories) {
    SortedMap<String, DetectorFactory> byType = new TreeMap<>();
    for (DetectorFactory factory : factories) {
      for (String type : factory.types()) {
        DetectorFactory other = byType.putIfAbsent(type, factory);
        if (other != null) {
          throw new DetectorRefusedException(
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
   * @throws DetectorRefusedException naming the setting that is wrong and what would be right
   * @throws DeviceMemoryException where its device has no memory for it
   */
  public Detector create(DetectorSettings settings, DetectorContext context) {
    DetectorFactory factory = byType.get(settings.type());
    if (factory == null) {
      throw new DetectorRefusedException(
          "detector %s: type = %s: known are %s"
              .formatted(settings.name(), settings.type(), String.join(", ", byType.keySet())));
    }
    try {
      return factory.create(settings, context);
    } catch (DetectorRefusedException | DeviceMemoryException e) {
      throw e;
    } catch (DetectorException e) {
      throw new DetectorRefusedException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException | LinkageError e) {
      // A user's own factory: what it throws must not look like a fault of the camera.
      throw new DetectorRefusedException(
          "detector %s: %s made none: %s"
              .formatted(settings.name(), factory.getClass().getName(), e),
          e);
    }
  }
}
