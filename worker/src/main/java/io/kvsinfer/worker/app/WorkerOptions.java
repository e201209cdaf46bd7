package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.Names;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How this process was started. The environment is read here and nowhere else.
 *
 * @param cameras ids of the cameras to watch, settings from the table; empty with {@code config}
 * @param launch id of the launch the scheduler started this process for; null with {@code config}
 * @param config settings file of a worker that is alone
 * @param port of {@code /metrics} and {@code /health}, 0 for any free one
 * @param metricsHost host under which others reach {@code port}
 * @param state folder for spools
 * @param journal file for decided events; null = none
 * @param models folder with the manifest and its models
 * @param namedModels further model files, by the names settings may use
 * @param region of everything but the streams
 * @param variables all of the environment
 */
record WorkerOptions(
    List<String> cameras,
    @Nullable String launch,
    @Nullable Path config,
    int port,
    String metricsHost,
    Path state,
    @Nullable Path journal,
    Path models,
    Map<String, Path> namedModels,
    String region,
    Map<String, String> variables) {
  private static final Path IMAGE_CONFIG = Path.of("/app/config");
  private static final Path IMAGE_MODELS = Path.of("/app/models");

  WorkerOptions {
    cameras = List.copyOf(cameras);
    namedModels = Map.copyOf(namedModels);
    variables = Map.copyOf(variables);
  }

  /**
   * Reads arguments and environment.
   *
   * @throws IllegalArgumentException saying what is missing or wrong and what would be right
   */
  static WorkerOptions of(List<String> arguments, Map<String, String> env) {
    Path config = null;
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).equals("--config")) {
        if (++i == arguments.size() || arguments.get(i).isBlank()) {
          throw new IllegalArgumentException("--config needs the settings file after it");
        }
        config = Path.of(arguments.get(i));
      } else {
        throw new IllegalArgumentException(
            "unknown argument %s: the worker takes --config FILE, or KVS_INFER_CAMERAS and"
                    .formatted(arguments.get(i))
                + " KVS_INFER_LAUNCH from its environment");
      }
    }
    List<String> cameras = cameras(env.getOrDefault("KVS_INFER_CAMERAS", ""));
    String launch = variable(env, "KVS_INFER_LAUNCH");
    if (config == null && cameras.isEmpty()) {
      config = inImage();
    }
    if (config == null && cameras.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to watch: give --config FILE, put a settings file into /app/config, or set"
              + " KVS_INFER_CAMERAS and KVS_INFER_LAUNCH");
    }
    if (config == null && launch == null) {
      throw new IllegalArgumentException(
          "KVS_INFER_CAMERAS is set but KVS_INFER_LAUNCH is not: a worker that takes its settings"
              + " from the table is started by the scheduler, which sets both");
    }
    String journal = variable(env, "KVS_INFER_JOURNAL");
    return new WorkerOptions(
        config == null ? cameras : List.of(),
        config == null ? launch : null,
        config,
        port(variable(env, "KVS_INFER_PORT", "9090")),
        variable(env, "KVS_INFER_METRICS_HOST", "127.0.0.1"),
        Path.of(
            variable(env, "KVS_INFER_STATE", System.getProperty("java.io.tmpdir") + "/kvs-infer")),
        journal == null ? null : Path.of(journal),
        models(env),
        namedModels(variable(env, "KVS_INFER_MODEL_PATHS", "")),
        variable(env, "AWS_REGION", "us-east-1"),
        env);
  }

  /** A variable of the environment; null when it is not set or blank. */
  @Nullable String variable(String name) {
    return variable(variables, name);
  }

  private static @Nullable String variable(Map<String, String> env, String name) {
    String value = env.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static String variable(Map<String, String> env, String name, String otherwise) {
    String value = variable(env, name);
    return value == null ? otherwise : value;
  }

  private static List<String> cameras(String text) {
    List<String> ids =
        Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .filter(s -> !s.isEmpty())
            .distinct()
            .toList();
    for (int i = 0; i < ids.size(); i++) {
      if (!Names.CAMERA_ID.matcher(ids.get(i)).matches()) {
        // What it says is not to be trusted in a log.
        throw new IllegalArgumentException(
            "KVS_INFER_CAMERAS: number %d of %d is no camera id, which must match %s"
                .formatted(i + 1, ids.size(), Names.CAMERA_ID));
      }
    }
    return ids;
  }

  private static Map<String, Path> namedModels(String text) {
    Map<String, Path> named = new LinkedHashMap<>();
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && equals + 1 < pair.length()) {
        named.put(pair.substring(0, equals).strip(), Path.of(pair.substring(equals + 1).strip()));
      } else if (!pair.isBlank()) {
        throw new IllegalArgumentException(
            "KVS_INFER_MODEL_PATHS: %s: must be NAME=FILE, with commas between them"
                .formatted(pair.strip()));
      }
    }
    return named;
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text.strip());
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "KVS_INFER_PORT = " + text + ": must be a port number, or 0 for any free one", e);
    }
    throw new IllegalArgumentException(
        "KVS_INFER_PORT = " + text + ": must be a port number, or 0 for any free one");
  }

  private static Path models(Map<String, String> env) {
    String given = variable(env, "KVS_INFER_MODELS");
    if (given != null) {
      return Path.of(given);
    }
    String home = System.getProperty("kvsinfer.home");
    return home != null ? Path.of(home, "models") : IMAGE_MODELS;
  }

  private static @Nullable Path inImage() {
    for (String name : List.of("cameras.yaml", "cameras.yml")) {
      Path file = IMAGE_CONFIG.resolve(name);
      if (file.toFile().isFile()) {
        return file;
      }
    }
    return null;
  }
}
