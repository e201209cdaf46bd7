package io.kvsinfer.worker.detect.manifest;

import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds model files by name: those given to this process, those of the manifest, and paths.
 *
 * @param named files by name, as {@code --model NAME=PATH} gives them; they win over the manifest,
 *     and one named like a detector type is that type's default
 */
public record ModelCatalog(Manifest manifest, Map<String, Path> named) {
  public ModelCatalog {
    named = Map.copyOf(named);
  }

  /**
   * A model file as read, its checksum verified.
   *
   * @param card null where the model is not in the manifest
   */
  @SuppressWarnings("ArrayRecordComponent") // megabytes on their way to the runtime
  public record Loaded(String name, String sha256, byte[] bytes, @Nullable ModelCard card) {}

  /** Names that settings may use. */
  public SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>(named.keySet());
    manifest.models().forEach(m -> names.add(m.name()));
    return names;
  }

  /** What the manifest says of a model. */
  public Optional<ModelCard> card(String name) {
    return named.containsKey(name) ? Optional.empty() : manifest.model(name);
  }

  /**
   * Name of the model for a detector type.
   *
   * @throws DetectorException naming what there is
   */
  public String defaultFor(String type, @Nullable String size) {
    if (size == null && named.containsKey(type)) {
      return type;
    }
    String sized = type + "-" + size;
    if (size != null && names().contains(sized)) {
      return sized;
    }
    return manifest
        .modelFor(type, size)
        .map(ModelCard::name)
        .orElseThrow(() ->
            new DetectorException(
                (size == null
                        ? "type %s has no model of its own: give `model`, one of %s, or the path of an ONNX file"
                        : "no model %s: known are %s")
                    .formatted(size == null ? type : sized, known())));
  }

  /**
   * Which file a model is: equal keys are equal models.
   *
   * @throws DetectorException where nothing of that name or path is there
   */
  public Path file(String model) {
    Path given = named.get(model);
    if (given != null) {
      return given;
    }
    Optional<ModelCard> card = manifest.model(model);
    if (card.isPresent()) {
      return manifest.file(card.get());
    }
    if (model.endsWith(".onnx") || model.contains("/")) {
      Path path = Path.of(model);
      if (Files.isRegularFile(path)) {
        return path;
      }
      throw new DetectorException("model %s: there is no such file".formatted(model));
    }
    throw new DetectorException("model %s is not known: known are %s".formatted(model, known()));
  }

  /**
   * Reads a model.
   *
   * @throws DetectorException where it is not there, not readable, or not the file whose checksum
   *     stands in the manifest
   */
  public Loaded load(String model) {
    Path file = file(model);
    ModelCard card = card(model).orElse(null);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DetectorException(
          "model %s: %s cannot be read: %s".formatted(model, file, e.getMessage()), e);
    }
    String sha256 = sha256(bytes);
    if (card != null && !card.sha256().equals(sha256)) {
      throw new DetectorException(
          "model %s: %s has SHA-256 %s, the manifest says %s: the file is damaged or another one"
              .formatted(model, file, sha256, card.sha256()));
    }
    boolean isName = card != null || named.containsKey(model);
    String name = isName ? model : file.getFileName().toString().replaceFirst("\\.onnx$", "");
    return new Loaded(name, sha256, bytes, card);
  }

  private String known() {
    return names().isEmpty()
        ? "none (no manifest in %s)".formatted(manifest.folder())
        : String.join(", ", names());
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
