package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ParamReader;
import io.kvsinfer.worker.detect.yolo.PictureInput.Fit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What settings, or the metadata of a file, say of the picture that a model wants; null = nothing.
 *
 * @param range unit 0..1, signed −1..1, bytes 0..255
 * @param order rgb, bgr
 * @param fit centre, top-left, stretch
 * @param mean of each colour, in the numbers of the range and the order of the colours
 * @param std deviation of each colour, likewise
 */
record PictureParams(
    @Nullable String range,
    @Nullable String order,
    @Nullable String fit,
    @Nullable List<Double> mean,
    @Nullable List<Double> std) {
  static final List<String> RANGES = List.of("unit", "signed", "bytes");
  static final List<String> ORDERS = List.of("rgb", "bgr");
  static final List<String> FITS = Arrays.stream(Fit.values()).map(Fit::id).toList();
  static final PictureParams NONE = new PictureParams(null, null, null, null, null);

  private static final int COLOURS = 3;
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?");

  /**
   * Of the settings.
   *
   * @throws DetectorException naming the setting and what would be right
   */
  static PictureParams of(ParamReader params) {
    return new PictureParams(
        params.choice("input_range", RANGES),
        params.choice("input_order", ORDERS),
        params.choice("input_fit", FITS),
        colours("params.mean", params.numbers("mean"), false),
        colours("params.std", params.numbers("std"), true));
  }

  /**
   * Of a file: the project's own properties, those of image models that ONNX describes, and how
   * other tools call mean and deviation.
   *
   * @throws DetectorException naming the property and the setting that stands in for it
   */
  static PictureParams of(Map<String, String> metadata) {
    String pixels = metadata.getOrDefault("Image.NominalPixelRange", "");
    String format = metadata.getOrDefault("Image.BitmapPixelFormat", "");
    String order = metadata.getOrDefault("input_order", format.replaceAll("(?i)(rgb|bgr).*", "$1"));
    String lower = order.toLowerCase(java.util.Locale.ROOT);
    String fit = metadata.getOrDefault("input_fit", metadata.getOrDefault("resize", ""));
    return new PictureParams(
        range(metadata, pixels),
        ORDERS.contains(lower) ? lower : null,
        FITS.contains(fit) ? fit : fit.equals("letterbox") ? Fit.CENTRE.id() : null,
        numbers(metadata, "mean", false, "mean", "image_mean", "input_mean", "pixel_mean"),
        numbers(metadata, "std", true, "std", "image_std", "input_std", "pixel_std"));
  }

  private static @Nullable String range(Map<String, String> metadata, String pixels) {
    String own = metadata.get("input_range");
    if (own != null && RANGES.contains(own)) {
      return own;
    }
    return switch (pixels) {
      case "NominalRange_0_255" -> "bytes";
      case "Normalized_0_1" -> "unit";
      case "Normalized_1_1" -> "signed";
      default -> null;
    };
  }

  private static @Nullable List<Double> numbers(
      Map<String, String> metadata, String setting, boolean positive, String... keys) {
    Optional<String> key = Arrays.stream(keys).filter(metadata::containsKey).findFirst();
    if (key.isEmpty()) {
      return null;
    }
    String text = metadata.getOrDefault(key.get(), "");
    List<Double> numbers =
        NUMBER.matcher(text).results().map(MatchResult::group).map(Double::parseDouble).toList();
    return colours(
        "its metadata's %s (params.%s says another)".formatted(key.get(), setting),
        numbers,
        positive);
  }

  private static @Nullable List<Double> colours(
      String what, @Nullable List<Double> numbers, boolean positive) {
    if (numbers == null) {
      return null;
    }
    boolean three = numbers.size() == COLOURS || numbers.size() == 1;
    if (!three || numbers.stream().anyMatch(n -> positive && !(n > 0))) {
      throw new DetectorException(
          "%s = %s: must be three numbers%s, or one for all colours"
              .formatted(what, numbers, positive ? " above 0" : ""));
    }
    return numbers.size() == 1
        ? List.of(numbers.getFirst(), numbers.getFirst(), numbers.getFirst())
        : numbers;
  }
}
