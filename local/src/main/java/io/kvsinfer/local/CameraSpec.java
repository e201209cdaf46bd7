package io.kvsinfer.local;

import io.kvsinfer.contract.settings.Names;
import io.kvsinfer.local.scene.Scene;
import io.kvsinfer.media.decode.FileDemuxer;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A camera of {@code kvs-infer local}.
 *
 * @param name camera id and stream name
 * @param file what it plays; null where a scene is rendered
 * @param type detector type
 * @param scene null where a file is played
 */
record CameraSpec(String name, @Nullable Path file, String type, @Nullable Scene scene) {
  private static final List<String> TYPES = List.of("weapon", "fire_smoke", "alpr", "objects");

  static CameraSpec of(Scene scene) {
    return new CameraSpec(scene.name(), null, scene.detectorType(), scene);
  }

  /**
   * Reads {@code NAME=FILE[:TYPE]}.
   *
   * @throws IllegalArgumentException saying what is wrong and what would be right
   */
  static CameraSpec parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException(
          "--camera " + text + ": write NAME=FILE or NAME=FILE:TYPE");
    }
    String name = text.substring(0, equals);
    if (!Names.CAMERA_ID.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "--camera %s: the name must match %s".formatted(text, Names.CAMERA_ID));
    }
    String file = text.substring(equals + 1);
    String type = "objects";
    int colon = file.lastIndexOf(':');
    if (colon > 0 && !file.substring(colon + 1).contains("/")) {
      type = file.substring(colon + 1);
      file = file.substring(0, colon);
    }
    if (!TYPES.contains(type)) {
      throw new IllegalArgumentException(
          "--camera %s: there is no detector type %s; it is one of %s"
              .formatted(text, type, String.join(", ", TYPES)));
    }
    Path path = Path.of(file).toAbsolutePath().normalize();
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      throw new IllegalArgumentException(
          "--camera %s: cannot read the file %s: %s"
              .formatted(
                  text,
                  path,
                  Files.isDirectory(path)
                      ? "it is a folder"
                      : Files.exists(path) ? "permission denied" : "there is no such file"));
    }
    return new CameraSpec(name, path, type, null);
  }

  /**
   * Makes sure before anything is started that the file can be played; a scene always can.
   *
   * @throws IllegalArgumentException saying why not
   */
  void requirePlayable() {
    if (file == null) {
      return;
    }
    try (FileDemuxer video = FileDemuxer.open(file.toString())) {
      Sample sample = video.next();
      while (sample != null && !sample.keyframe()) {
        sample = video.next();
      }
      if (sample == null) {
        throw new MediaException("it holds no keyframe");
      }
    } catch (MediaException e) {
      throw new IllegalArgumentException(
          "--camera %s: cannot play %s: %s".formatted(name, file, e.getMessage()), e);
    }
  }
}
