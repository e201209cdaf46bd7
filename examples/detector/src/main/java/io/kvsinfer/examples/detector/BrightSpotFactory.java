package io.kvsinfer.examples.detector;

import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.worker.detect.Detector;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.DetectorFactory;
import java.util.Set;

/** Makes detectors of the type {@code bright_spot}; named in {@code META-INF/services}. */
public final class BrightSpotFactory implements DetectorFactory {
  @Override
  public Set<String> types() {
    return Set.of("bright_spot");
  }

  @Override
  public Detector create(DetectorSettings settings, DetectorContext context) {
    return new BrightSpotDetector(BrightSpotParams.of(settings));
  }
}
