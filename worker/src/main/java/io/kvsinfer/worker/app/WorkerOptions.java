package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.Names;
import java.nio.file.Path;
import java.util.Arrays;
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
    String region,
    Map<String, String> variables) {
  private static final Path IMAGE_CONFIG = Path.of("/app/config");
  private static final Path IMAGE_MODELS = Path.of("/app/models");

  WorkerOptions {
    cameras = List.copyOf(cameras);
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
      if (arguments.get(i).equals("--config") && i + 1 < arguments.size()) {
        config = Path.of(arguments.get(++i));
      } else {
        throw new IllegalArgumentException(
            "unknown argument %s: the worker takes --config FILE, or KVS_INFER_CAMERAS and"
                    .formatted(arguments.get(i))
                + " KVS_INFER_LAUNCH from its environment");
      }
    }
    List<String> cameras = cameras(env.getOrDefault("KVS_INFER_CAMERAS", ""));
    String launch = env.get("KVS_INFER_LAUNCH");
    if (config == null && cameras.isEmpty()) {
      config = inImage();
    }
    if (config == null && cameras.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing to watch: give --config FILE, put a settings file into /app/config, or set"
              + " KVS_INFER_CAMERAS and KVS_INFER_LAUNCH");
    }
    if (config == null && (launch == null || launch.isBlank())) {
      throw new IllegalArgumentException(
          "KVS_INFER_CAMERAS is set but KVS_INFER_LAUNCH is not: a worker that takes its settings"
              + " from the table is started by the scheduler, which sets both");
    }
    String journal = env.get("KVS_INFER_JOURNAL");
    return new WorkerOptions(
        config == null ? cameras : List.of(),
        config == null ? launch : null,
        config,
        port(env.getOrDefault("KVS_INFER_PORT", "9090")),
        env.getOrDefault("KVS_INFER_METRICS_HOST", "127.0.0.1"),
        Path.of(
            env.getOrDefault(
                "KVS_INFER_STATE", System.getProperty("java.io.tmpdir") + "/kvs-infer")),
        journal == null ? null : Path.of(journal),
        models(env),
        env.getOrDefault("AWS_REGION", "us-east-1"),
        env);
  }

  private static List<String> cameras(String text) {
    List<String> ids =
        Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
    for (String id : ids) {
      if (!Names.CAMERA_ID.matcher(id).matches()) {
        throw new IllegalArgumentException(
            "KVS_INFER_CAMERAS names a camera that is no camera id (%s)"
                .formatted(Names.CAMERA_ID));
      }
    }
    return ids;
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
    String given = env.get("KVS_INFER_MODELS");
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
