package io.kvsinfer.worker.detect.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The models of one folder, as its {@code manifest.json} lists them.
 *
 * @param folder where the files lie
 */
public record Manifest(Path folder, List<ModelCard> models) {
  /** Version of the format; anything else is refused. */
  public static final String SCHEMA = "kvs-infer.models/1";

  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  public Manifest {
    models = List.copyOf(models);
  }

  private record Content(@Nullable String schema, @Nullable List<ModelCard> models) {}

  /**
   * Where the models of this installation lie: {@code models} in the folder that the system
   * property {@code kvsinfer.home} names, else {@code /app/models} as in the image.
   */
  public static Path defaultFolder() {
    String home = System.getProperty("kvsinfer.home");
    return home == null ? Path.of("/app/models") : Path.of(home, "models");
  }

  /**
   * Reads {@code manifest.json}; a folder without one has no models.
   *
   * @throws DetectorException where it is there and not what it should be
   */
  public static Manifest read(Path folder) {
    Path file = folder.resolve("manifest.json");
    if (!Files.exists(file)) {
      return new Manifest(folder, List.of());
    }
    try {
      Content content = JSON.readValue(Files.readAllBytes(file), Content.class);
      if (!SCHEMA.equals(content.schema()) || content.models() == null) {
        throw new DetectorException(
            "%s: schema must be %s and models a list".formatted(file, SCHEMA));
      }
      requireSound(file, content.models());
      return new Manifest(folder, content.models());
    } catch (JsonProcessingException e) {
      throw new DetectorException("%s: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new DetectorException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static void requireSound(Path file, List<ModelCard> models) {
    Set<String> names = new HashSet<>();
    Set<String> defaults = new HashSet<>();
    Set<String> readers = new HashSet<>();
    for (ModelCard model : models) {
      String name = model.name();
      if (!names.add(name)) {
        throw new DetectorException("%s: model %s is listed twice".formatted(file, name));
      }
      if (model.defaultFor() != null && !defaults.add(model.defaultFor())) {
        throw new DetectorException(
            "%s: model %s is the second default for %s".formatted(file, name, model.defaultFor()));
      }
      if (model.defaultReaderFor() != null && !readers.add(model.defaultReaderFor())) {
        throw new DetectorException(
            "%s: model %s is the second default reader for %s"
                .formatted(file, name, model.defaultReaderFor()));
      }
      if (!model.sha256().matches("[0-9a-f]{64}")) {
        throw new DetectorException(
            "%s: model %s: sha256 must be 64 lower-case hexadecimal digits".formatted(file, name));
      }
      if (!model.file().equals(Path.of(model.file()).getFileName().toString())) {
        throw new DetectorException(
            "%s: model %s: file must be a name in this folder".formatted(file, name));
      }
    }
  }

  /** The model of that name. */
  public Optional<ModelCard> model(String name) {
    return models.stream().filter(m -> m.name().equals(name)).findFirst();
  }

  /**
   * The model for a detector type.
   *
   * @param size null = the one marked as default
   */
  public Optional<ModelCard> modelFor(String type, @Nullable String size) {
    return models.stream()
        .filter(m ->
            size == null
                ? type.equals(m.defaultFor())
                : m.type().equals(type) && m.size().equals(size) && !m.isReader())
        .findFirst();
  }

  /** Where the file of a model lies. */
  public Path file(ModelCard model) {
    return folder.resolve(model.file());
  }
}
