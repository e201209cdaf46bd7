package io.kvsinfer.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.PlateReading;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code detect} prints: a JSON line a frame, or lines for a person and a sum at the end. */
final class DetectionReport {
  private static final int PIXEL_DIGITS = 2;
  private static final int CONFIDENCE_DIGITS = 4;
  private static final JsonMapper JSON = new JsonMapper();

  private final PrintWriter out;
  private final boolean json;
  private final SortedMap<String, Integer> byLabel = new TreeMap<>();
  private int frames;
  private int framesWithDetections;

  private record Line(String input, int frame, int width, int height, List<Found> detections) {}

  /** As read in this frame alone, without votes, patterns or lists. */
  private record Plate(String text, BigDecimal confidence) {
    static @Nullable Plate of(@Nullable PlateReading reading) {
      return reading == null || reading.text().isEmpty()
          ? null
          : new Plate(reading.text(), rounded(reading.confidence(), CONFIDENCE_DIGITS));
    }
  }

  private static BigDecimal rounded(double value, int digits) {
    return BigDecimal.valueOf(value).setScale(digits, RoundingMode.HALF_EVEN);
  }

  /** Pixels of the input. */
  private record Found(
      String label,
      BigDecimal confidence,
      BigDecimal x,
      BigDecimal y,
      BigDecimal width,
      BigDecimal height,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Plate plate) {
    static Found of(Detection d) {
      Box box = d.box();
      return new Found(
          d.label(),
          rounded(d.confidence(), CONFIDENCE_DIGITS),
          rounded(box.x(), PIXEL_DIGITS),
          rounded(box.y(), PIXEL_DIGITS),
          rounded(box.width(), PIXEL_DIGITS),
          rounded(box.height(), PIXEL_DIGITS),
          Plate.of(d.reading()));
    }
  }

  DetectionReport(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  void frame(Path file, int frame, int width, int height, List<Detection> detections)
      throws JsonProcessingException {
    frames++;
    if (!detections.isEmpty()) {
      framesWithDetections++;
    }
    detections.forEach(d -> byLabel.merge(d.label(), 1, Integer::sum));
    if (json) {
      out.println(
          JSON.writeValueAsString(
              new Line(
                  file.toString(),
                  frame,
                  width,
                  height,
                  detections.stream().map(Found::of).toList())));
    } else if (!detections.isEmpty()) {
      out.println(
          Printable.of(
              "%s frame %d: %s"
                  .formatted(
                      file.getFileName(),
                      frame,
                      detections.stream()
                          .map(DetectionReport::text)
                          .collect(Collectors.joining("; ")))));
    }
  }

  private static String text(Detection d) {
    Box box = d.box();
    return String.format(
        Locale.ROOT,
        "%s%s %.2f at %.0f,%.0f size %.0f×%.0f",
        d.label(),
        d.reading() == null || d.reading().text().isEmpty() ? "" : " " + d.reading().text(),
        d.confidence(),
        box.x(),
        box.y(),
        box.width(),
        box.height());
  }

  /** Says for a person what was seen in all. */
  void end() {
    if (!json) {
      String labels =
          byLabel.entrySet().stream()
              .map(e -> e.getKey() + " " + e.getValue())
              .collect(Collectors.joining(", "));
      out.println(
          "%d frames, %d with detections%s"
              .formatted(frames, framesWithDetections, labels.isEmpty() ? "" : ": " + labels));
    }
    out.flush();
  }
}
