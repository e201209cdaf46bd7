package io.kvsinfer.examples.detector;

import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.worker.detect.ParamReader;
import java.util.Set;

/**
 * What {@code params} may say.
 *
 * @param leastLuma a pixel of the shrunken picture is bright from here on, 0..255
 * @param leastPixels so many of them must be bright
 */
record BrightSpotParams(int leastLuma, int leastPixels) {
  private static final Set<String> KEYS = Set.of("least_luma", "least_pixels");

  /** Reads them; what is wrong, or mistyped, is refused with its name. */
  static BrightSpotParams of(DetectorSettings settings) {
    ParamReader params = new ParamReader(settings.params());
    params.refuseUnknown(KEYS);
    return new BrightSpotParams(
        params.whole("least_luma", 200, 1, 255), params.whole("least_pixels", 4, 1, 1000));
  }
}
