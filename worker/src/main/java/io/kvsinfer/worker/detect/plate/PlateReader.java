package io.kvsinfer.worker.detect.plate;

import io.kvsinfer.contract.event.IncidentEvent.ModelRef;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.PlateReading;
import io.kvsinfer.worker.detect.plate.ReaderReading.Clear;
import io.kvsinfer.worker.detect.plate.ReaderReading.Unclear;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads plates: cuts them out upright, runs the reader, spells its output. One thread at a time
 * uses it; the session behind it is shared.
 */
public final class PlateReader implements AutoCloseable {
  private static final double NANOS = 1e-9;
  private static final double LEAST_HEIGHT = 4;
  private static final double MOST_HEIGHT = 64;

  private final Network network;
  private final Clear reading;
  private final double leastConfidence;
  private final DetectorContext context;
  private final String type;
  private final ByteBuffer input;

  private PlateReader(
      Network network,
      Clear reading,
      double leastConfidence,
      DetectorContext context,
      String type) {
    this.network = network;
    this.reading = reading;
    this.leastConfidence = leastConfidence;
    this.context = context;
    this.type = type;
    this.input = network.bind(reading.input().shape());
  }

  /**
   * Opens a reader.
   *
   * @param model name or path
   * @param type of the detector, for the metric
   * @throws DetectorException naming the setting that decides what the file leaves open
   */
  public static PlateReader open(
      String model, ReaderParams params, String type, DetectorContext context) {
    Network network = context.models().open(model, context.device());
    try {
      return switch (ReaderRules.read(network, params)) {
        case Clear clear -> new PlateReader(network, clear, params.confidence(), context, type);
        case Unclear unclear ->
            throw new DetectorException(
                "reader %s: %s".formatted(network.description().name(), unclear.why()));
      };
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** Whether a model is a reader of text, as far as its file and the manifest tell. */
  public static boolean isReader(ModelDescription model) {
    if (model.card() != null) {
      return model.card().isReader();
    }
    return Charset.TASK.equals(model.metadata().get("task"))
        || (!model.metadata().containsKey("names") && Charset.known(null, model).isPresent());
  }

  /** What is decided of a reader, why, and what is unclear, for a person. */
  public static Map<String, Object> inspect(Network network, ReaderParams params) {
    Map<String, Object> facts = new LinkedHashMap<>();
    switch (ReaderRules.read(network, params)) {
      case Clear clear -> {
        facts.put("width", clear.input().width());
        facts.put("height", clear.input().height());
        facts.put("layout", clear.spelling().layout().id());
        facts.put("told_by", String.join("; ", clear.told()));
        facts.put("steps", clear.spelling().steps());
        facts.put("blank", clear.spelling().blank());
        facts.put("classes", clear.spelling().charset().characters());
        facts.put("classes_from", clear.spelling().charset().from());
        facts.put("unclear", List.of());
      }
      case Unclear unclear -> {
        facts.put("classes", List.of());
        facts.put("unclear", List.of(unclear.why()));
      }
    }
    return facts;
  }

  /** Does everything that the first plate would otherwise pay for. */
  void warmUp() {
    network.run();
  }

  /** What stands on the plate; {@link PlateReading#NONE} where it is not legible. */
  PlateReading read(VideoFrame frame, Detection plate) {
    PlateCrop crop = PlateCrop.of(frame, plate);
    reading.input().write(crop, input);
    long start = System.nanoTime();
    Network.Output output = network.run().get(reading.spelling().output());
    context
        .listener()
        .inferred(
            type,
            network.description().name(),
            network.device(),
            (System.nanoTime() - start) * NANOS);
    Spelling.Spelled spelled = reading.spelling().spell(output.values());
    double mean =
        spelled.confidences().stream().mapToDouble(Double::doubleValue).average().orElse(0);
    if (spelled.text().isEmpty() || mean < leastConfidence) {
      return PlateReading.NONE;
    }
    double size = Math.clamp(crop.heightInFrame(), LEAST_HEIGHT, MOST_HEIGHT);
    double weight = Math.max(1, Math.round(mean * mean * size * 1e4)) / 1e4;
    return new PlateReading(spelled.text(), spelled.confidences(), weight);
  }

  ModelRef model() {
    ModelDescription model = network.description();
    return new ModelRef("reader", model.name(), model.sha256());
  }

  @Override
  public void close() {
    network.close();
  }
}
