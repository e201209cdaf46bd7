package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.worker.detect.Detector;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.DetectorFactory;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.plate.PlateReader;
import io.kvsinfer.worker.detect.plate.PlateRules;
import io.kvsinfer.worker.detect.plate.ReaderParams;
import io.kvsinfer.worker.detect.plate.ReadingDetector;
import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import io.kvsinfer.worker.detect.yolo.Reading.Unclear;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The built-in types: {@code weapon}, {@code fire_smoke}, {@code objects} with the labels of their
 * model, {@code alpr} with the one label {@code plate}.
 */
public final class YoloDetectorFactory implements DetectorFactory {
  private static final String ALPR = "alpr";
  private static final Set<String> TYPES = Set.of("weapon", "fire_smoke", ALPR, "objects");

  @Override
  public Set<String> types() {
    return TYPES;
  }

  @Override
  public Detector create(DetectorSettings settings, DetectorContext context) {
    try {
      YoloParams params = YoloParams.of(settings);
      String model =
          settings.model() != null
              ? settings.model()
              : context.models().defaultFor(settings.type(), params.modelSize());
      Network network = context.models().open(model, context.device(), params.batchSize());
      try {
        return on(network, settings, params, context);
      } catch (RuntimeException e) {
        network.close();
        throw e;
      }
    } catch (DetectorException e) {
      throw new DetectorException("detector %s: %s".formatted(settings.name(), e.getMessage()), e);
    }
  }

  private static Detector on(
      Network network, DetectorSettings settings, YoloParams params, DetectorContext context) {
    ModelReading reading = ModelInspection.of(network, params);
    return switch (reading.layout()) {
      case Unclear unclear -> throw new DetectorException(unclear(reading, unclear));
      case Clear clear -> {
        boolean alpr = settings.type().equals(ALPR);
        List<String> labels =
            alpr ? reading.labels().stream().map(l -> "plate").toList() : reading.labels();
        Thresholds thresholds = Thresholds.of(labels, settings, reading.model().card());
        Detector plates =
            new YoloDetector(
                network,
                reading,
                Objects.requireNonNull(reading.picture()),
                clear,
                labels,
                thresholds,
                params,
                settings.type(),
                context.listener());
        yield alpr ? reading(plates, settings, context) : plates;
      }
    };
  }

  /** Plates are read too where there is a reader. */
  private static Detector reading(
      Detector plates, DetectorSettings settings, DetectorContext context) {
    // What the settings say of countries and lists is of use later, and refused now.
    PlateRules _ = PlateRules.of(settings);
    ReaderParams params = ReaderParams.of(settings);
    return params
        .chosen(context.models())
        .<Detector>map(model ->
            new ReadingDetector(plates, PlateReader.open(model, params, settings.type(), context)))
        .orElse(plates);
  }

  private static String unclear(ModelReading reading, Unclear unclear) {
    String what = "model %s: %s".formatted(reading.model().name(), unclear.why());
    return unclear.choices().isEmpty()
        ? what
        : what
            + unclear.choices().stream()
                .map(Layout::id)
                .collect(Collectors.joining(", ", "; say which with params.layout: ", ""))
                .toLowerCase(Locale.ROOT);
  }
}
