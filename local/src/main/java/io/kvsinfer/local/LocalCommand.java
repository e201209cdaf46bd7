package io.kvsinfer.local;

import io.kvsinfer.contract.settings.PlaybackSettings;
import io.kvsinfer.local.scene.Scenes;
import io.kvsinfer.media.decode.MediaException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kvs-infer local}: the whole system on this machine. */
@Command(
    name = "local",
    mixinStandardHelpOptions = true,
    description = {
      "The whole system on this machine: cameras play into a local Kinesis Video Streams, the"
          + " packaged functions schedule and store, worker processes watch.",
      "Without --camera, three rendered scenes with known ground truth are played."
    })
final class LocalCommand implements Callable<Integer> {
  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "End after this time, counted from when every camera is connected: 60s, 2m.")
  private @Nullable String time;

  @Option(
      names = "--camera",
      paramLabel = "NAME=FILE[:TYPE]",
      description =
          "Play a video file, again and again. TYPE is weapon, fire_smoke, alpr or objects (the"
              + " default). Repeatable.")
  private List<String> cameras = new ArrayList<>();

  @Option(
      names = "--model",
      paramLabel = "NAME=PATH",
      description =
          "An ONNX model for cameras of type objects: the one named like the camera, else the"
              + " first. Repeatable.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--mode",
      paramLabel = "HLS|GETMEDIA",
      description = "How the cameras are read: ${COMPLETION-CANDIDATES} (HLS).")
  private PlaybackSettings.Mode mode = PlaybackSettings.Mode.HLS;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Folder for everything of this run; what an earlier run left there is removed.")
  private @Nullable Path dir;

  @Option(
      names = "--connect-within",
      paramLabel = "TIME",
      defaultValue = "3m",
      description =
          "Give up when a camera shows no frame within this time (${DEFAULT-VALUE}): more for a"
              + " slow machine, for many cameras or for a large model.")
  private String connect = "3m";

  @Option(names = "--json", description = "Print one line of JSON at the end, nothing else.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Programs programs = Programs.find();
    List<CameraSpec> played = cameras();
    Map<String, Path> named = models(played);
    Duration limit = time == null ? null : duration("--for", time);
    Duration patience = duration("--connect-within", connect);
    Path folder =
        (dir != null ? dir : programs.home().resolve(".kvs-infer/local"))
            .toAbsolutePath()
            .normalize();
    // Read by log4j2.xml, before the first logger is made.
    System.setProperty("kvsinfer.log", folder.resolve("logs/local.log").toString());
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Narrator narrator = new Narrator(json ? err : out, err);
    try (LocalFolder own = LocalFolder.take(folder);
        LocalRun run = new LocalRun(own, programs, played, named, mode, patience, narrator)) {
      return told(run, limit, out, err);
    }
  }

  private int told(LocalRun run, @Nullable Duration limit, PrintWriter out, PrintWriter err)
      throws Exception {
    try {
      run.run(
          limit,
          summary -> {
            if (json) {
              out.println(summary.json());
              out.flush();
            }
          });
      return 0;
    } catch (IOException | MediaException | RuntimeException e) {
      if (!run.isInterrupted()) {
        throw e;
      }
      // Once the run is closed, Ctrl-C ends the process before anything else is told.
      err.println(LocalMain.errorLine(e));
      err.flush();
      return LocalMain.FAILED;
    }
  }

  private List<CameraSpec> cameras() {
    if (cameras.isEmpty()) {
      return Scenes.all().stream().map(CameraSpec::of).toList();
    }
    List<CameraSpec> played = cameras.stream().map(CameraSpec::parse).toList();
    Set<String> seen = new HashSet<>();
    for (CameraSpec camera : played) {
      if (!seen.add(camera.name())) {
        throw new IllegalArgumentException(
            "--camera %s: the name is taken, give each camera its own".formatted(camera.name()));
      }
      camera.requirePlayable();
    }
    return played;
  }

  private Map<String, Path> models(List<CameraSpec> played) {
    Map<String, Path> named = new LinkedHashMap<>();
    for (String text : models) {
      int equals = text.indexOf('=');
      Path file = Path.of(text.substring(equals + 1)).toAbsolutePath().normalize();
      if (equals < 1 || !file.toFile().isFile()) {
        throw new IllegalArgumentException(
            "--model %s: write NAME=PATH with the path of an ONNX file".formatted(text));
      }
      named.put(text.substring(0, equals), file);
    }
    if (named.isEmpty()) {
      for (CameraSpec camera : played) {
        if (camera.type().equals("objects")) {
          throw new IllegalArgumentException(
              ("--camera %s has the type objects, which needs a model: add --model NAME=PATH, or"
                      + " choose weapon, fire_smoke or alpr, which have their own")
                  .formatted(camera.name()));
        }
      }
    }
    return named;
  }

  /** Reads {@code 90}, {@code 90s}, {@code 2m} or {@code 1h}. */
  static Duration duration(String option, String text) {
    String number = text.strip();
    long unit = 1;
    if (!number.isEmpty()) {
      char last = number.charAt(number.length() - 1);
      unit = last == 'm' ? 60 : last == 'h' ? 3600 : 1;
      if (last == 's' || last == 'm' || last == 'h') {
        number = number.substring(0, number.length() - 1);
      }
    }
    try {
      long value = Long.parseLong(number);
      if (value > 0 && value <= 1_000_000) {
        return Duration.ofSeconds(value * unit);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(wrongTime(option, text), e);
    }
    throw new IllegalArgumentException(wrongTime(option, text));
  }

  private static String wrongTime(String option, String text) {
    return "%s %s: write a time like 60s, 5m or 1h".formatted(option, text);
  }
}
