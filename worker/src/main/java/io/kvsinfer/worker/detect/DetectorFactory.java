package io.kvsinfer.worker.detect;

import io.kvsinfer.contract.settings.DetectorSettings;
import java.util.Set;

/**
 * Makes detectors of some types; found by {@link java.util.ServiceLoader}, so that a user adds one
 * of their own as a jar on the class path.
 */
public interface DetectorFactory {
  /** Detector types, as settings name them. */
  Set<String> types();

  /**
   * A detector for one camera.
   *
   * @throws DetectorException naming the setting that is wrong and what would be right
   */
  Detector create(DetectorSettings settings, DetectorContext context);
}
