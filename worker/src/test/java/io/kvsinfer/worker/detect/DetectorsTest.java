package io.kvsinfer.worker.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DetectorsTest {
  private static final class Refusing implements DetectorFactory {
    @Override
    public Set<String> types() {
      return Set.of("crowd");
    }

    @Override
    public Detector create(DetectorSettings settings, DetectorContext context) {
      throw new DetectorException("asked for " + settings.type() + " on " + context.device());
    }
  }

  @Test
  void the_built_in_types_are_found_on_the_class_path() {
    assertThat(Detectors.load().types()).contains("weapon", "fire_smoke", "alpr", "objects");
  }

  @Test
  void the_factory_of_a_type_is_asked() {
    Detectors detectors = Detectors.of(List.of(new Refusing()));
    assertThatThrownBy(() -> detectors.create(settings("crowd"), context()))
        .hasMessage("asked for crowd on cpu");
  }

  @Test
  void an_unknown_type_is_refused_with_the_known_ones() {
    assertThatThrownBy(() -> Detectors.load().create(settings("weapons"), context()))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("type = weapons")
        .hasMessageContaining("alpr, fire_smoke, objects, weapon");
  }

  @Test
  void one_type_cannot_have_two_factories() {
    assertThatThrownBy(() -> Detectors.of(List.of(new Refusing(), new Refusing())))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("crowd");
  }

  private static DetectorContext context() {
    return new DetectorContext(new NoModels(), "cpu");
  }

  private static DetectorSettings settings(String type) {
    return new DetectorSettings(
        type,
        type,
        true,
        null,
        ConfidenceThreshold.unset(),
        List.of(),
        List.of(),
        ConfirmSettings.defaults(),
        0,
        0,
        60,
        Map.of());
  }
}
