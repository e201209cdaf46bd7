package io.kvsinfer.worker.detect.plate;

import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.Models;
import io.kvsinfer.worker.detect.ParamReader;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code params} of an {@code alpr} detector say of its reader; what is null is told by the
 * model.
 *
 * @param model name in the manifest or path; null = the manifest's default, if it has one
 * @param off {@code reader: none}: plates are found, not read
 * @param charset file of the characters
 * @param layout how the output spells
 * @param blank index of the class that stands for no character; -1 = the last
 * @param range what the numbers of the input are
 * @param order which colour comes first
 * @param width of the input in pixels, for models that leave it open
 * @param fit whether the plate's aspect is kept
 * @param confidence readings less sure on average do not count, 0..1
 */
public record ReaderParams(
    @Nullable String model,
    boolean off,
    @Nullable Path charset,
    @Nullable ReaderLayout layout,
    @Nullable Integer blank,
    @Nullable String range,
    @Nullable String order,
    @Nullable Integer width,
    @Nullable String fit,
    double confidence) {
  private static final String ALPR = "alpr";
  private static final double LEAST = 0.4;

  /** Index that says the last class. */
  static final int LAST = -1;

  /** A reader of which nothing is said but its files. */
  public static ReaderParams of(@Nullable String model, @Nullable Path charset) {
    return new ReaderParams(model, false, charset, null, null, null, null, null, null, LEAST);
  }

  /**
   * Reads them.
   *
   * @throws DetectorException naming the setting and what would be right
   */
  public static ReaderParams of(DetectorSettings settings) {
    ParamReader params = new ParamReader(settings.params());
    String model = params.text("reader");
    String charset = params.text("reader_charset");
    String layout = params.text("reader_layout");
    Double width = params.has("reader_width") ? params.number("reader_width", 0, 16, 4096) : null;
    boolean off = "none".equals(model);
    return new ReaderParams(
        off ? null : model,
        off,
        charset == null ? null : Path.of(charset),
        layout == null ? null : ReaderLayout.of(layout),
        blank(params.get("reader_blank")),
        params.choice("reader_range", ReaderInput.RANGES),
        params.choice("reader_order", ReaderInput.ORDERS),
        width == null ? null : width.intValue(),
        params.choice("reader_fit", ReaderInput.FITS),
        params.number("reader_confidence", LEAST, 0, 1));
  }

  private static @Nullable Integer blank(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String s when s.equals("first") -> 0;
      case String s when s.equals("last") -> LAST;
      case Number n when n.doubleValue() >= 0 && n.doubleValue() <= 100_000 -> n.intValue();
      default ->
          throw new DetectorException(
              "params.reader_blank = %s: must be first, last or the index of a class"
                  .formatted(value));
    };
  }

  /** Name or path of the model to read with; empty where plates are not to be read. */
  public Optional<String> chosen(Models models) {
    if (off) {
      return Optional.empty();
    }
    return model != null
        ? Optional.of(model)
        : models.names().stream()
            .filter(n -> models.card(n).filter(c -> ALPR.equals(c.defaultReaderFor())).isPresent())
            .findFirst();
  }
}
