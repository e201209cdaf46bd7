package io.kvsinfer.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.IncidentEvent.Plate;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.Settings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.Verdict;
import io.kvsinfer.worker.app.Replay;
import io.kvsinfer.worker.confirm.IncidentChange;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.Models;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code replay}: recordings through everything a worker does before it publishes. */
@Command(
    name = "replay",
    description = {
      "Tells which incidents a camera would open on recordings, as fast as they can be read.",
      "Motion gate, sampling, detectors and confirmation are those of a worker; nothing is"
          + " published. Times are seconds of capture time since the first frame.",
      "With --json a line per change {input, at, phase, incident, detector, label, confidence,"
          + " plate?}, then a line per recording {input, seconds, looked, idle,"
          + " undecodable, unread, frames_with, incidents}; frames_with counts frames by label before"
          + " confirmation."
    },
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call
  private CommandSpec spec;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "VIDEO|DIR",
      description = "A recording, or a folder of them.")
  @SuppressWarnings("NullAway.Init")
  private Path input;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings file whose camera to be; its streams are not touched.")
  private @Nullable Path config;

  @Option(
      names = "--camera",
      paramLabel = "ID",
      description = "Which camera of --config. Default: its only one.")
  private @Nullable String camera;

  @Option(
      names = "--type",
      paramLabel = "T",
      description = "Instead of --config: one detector with default settings.")
  private @Nullable String type;

  @Option(
      names = "--model",
      paramLabel = "NAME|FILE",
      description = "With --type: its model. Default: the type's.")
  private @Nullable String model;

  @Option(
      names = "--fps",
      paramLabel = "F",
      description = "With --type: frames looked at per second. Default: a camera's.")
  private @Nullable Double fps;

  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "auto",
      description = "auto, cpu, cuda:N or tensorrt:N. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init")
  private String device;

  @Option(names = "--json", description = "JSON lines.")
  private boolean json;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  private ModelFiles modelFiles;

  @Override
  public Integer call() throws IOException, InterruptedException {
    CameraSettings settings = settings();
    List<Path> files = PictureInput.files(input);
    try (Models models = modelFiles.open()) {
      DetectorContext context = new DetectorContext(models, device);
      for (Path file : files) {
        replay(settings, file, context);
      }
    }
    return 0;
  }

  private void replay(CameraSettings settings, Path file, DetectorContext context)
      throws InterruptedException {
    int[] opened = {0};
    Replay.Summary summary =
        Replay.of(
            settings,
            file,
            context,
            (at, change) -> {
              opened[0] += change instanceof IncidentChange.Opened ? 1 : 0;
              tell(file, at, change);
            });
    if (json) {
      ObjectNode line =
          Json.object()
              .put("input", file.toString())
              .put("seconds", millis(summary.seconds()))
              .put("looked", summary.looked())
              .put("idle", summary.idle())
              .put("undecodable", summary.undecodable());
      line.set("unread", Json.texts(summary.unread()));
      ObjectNode framesWith = line.putObject("frames_with");
      summary.framesWith().forEach(framesWith::put);
      print(line.put("incidents", opened[0]).toString());
      return;
    }
    String before =
        summary.framesWith().entrySet().stream()
            .map(e -> e.getKey() + " in " + e.getValue())
            .collect(Collectors.joining(", "));
    print(
        String.format(
            Locale.ROOT,
            "%s: %.1f s, %d frames looked at, %d idle%s; %d incidents",
            file.getFileName(),
            summary.seconds(),
            summary.looked(),
            summary.idle(),
            before.isEmpty() ? "" : ", " + before,
            opened[0]));
    summary.unread().forEach(why -> warn(file, why));
    if (summary.undecodable() > 0) {
      warn(file, summary.undecodable() + " frames could not be decoded");
    }
  }

  private void tell(Path file, double at, IncidentChange change) {
    String phase =
        switch (change) {
          case IncidentChange.Opened _ -> "opened";
          case IncidentChange.Updated _ -> "updated";
          case IncidentChange.Closed _ -> "closed";
        };
    Plate plate = change.sighting().plate();
    if (json) {
      ObjectNode line =
          Json.object()
              .put("input", file.toString())
              .put("at", millis(at))
              .put("phase", phase)
              .put("incident", change.incident().id())
              .put("detector", change.incident().detector())
              .put("label", change.incident().label())
              .put("confidence", millis(change.sighting().confidence()));
      if (plate != null) {
        line.put("plate", plate.text());
      }
      print(line.toString());
    } else {
      print(
          String.format(
              Locale.ROOT,
              "%s %.1f s: %s %s%s %.2f",
              file.getFileName(),
              at,
              change.incident().label(),
              phase,
              plate == null ? "" : " " + plate.text(),
              change.sighting().confidence()));
    }
  }

  private static double millis(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private void print(String line) {
    spec.commandLine().getOut().println(Printable.of(line));
  }

  private void warn(Path file, String what) {
    spec.commandLine().getErr().println(Printable.of(file + ": " + what));
  }

  private CameraSettings settings() throws IOException {
    if ((config == null) == (type == null)) {
      throw wrongUse("Give --type, or --config with a camera");
    }
    if (config == null) {
      if (camera != null) {
        throw wrongUse("--camera goes with --config");
      }
      return of(String.valueOf(type));
    }
    if (model != null || fps != null) {
      throw wrongUse("--model and --fps go with --type; with --config its camera says them");
    }
    Path file = Objects.requireNonNull(config);
    return chosen(file.toString(), accepted(file.toString(), SettingsFile.read(file).verdict()));
  }

  /** A camera with one detector and defaults for the rest, by the rules of settings files. */
  private CameraSettings of(String detector) {
    ObjectNode settings = Json.object().put("schema", 1);
    ObjectNode one = settings.putArray("cameras").addObject();
    one.put("id", "replay").put("stream_name", "replay");
    if (fps != null) {
      one.put("fps_target", fps);
    }
    ObjectNode what = one.putArray("detectors").addObject().put("type", detector);
    if (model != null) {
      what.put("model", model);
    }
    // JSON is YAML.
    return accepted("--type", SettingsReader.read(settings.toString())).cameras().getFirst();
  }

  private static Settings accepted(String what, Verdict<Settings> verdict) {
    return switch (verdict) {
      case Verdict.Accepted<Settings>(var settings, var _) -> settings;
      case Verdict.Refused<Settings>(var violations) ->
          throw new CommandFailedException(
              what
                  + ": "
                  + violations.stream().map(Object::toString).collect(Collectors.joining("; ")));
    };
  }

  private CameraSettings chosen(String file, Settings settings) {
    List<CameraSettings> cameras = settings.cameras();
    String ids = cameras.stream().map(CameraSettings::id).collect(Collectors.joining(", "));
    if (camera == null) {
      if (cameras.size() != 1) {
        throw wrongUse("--camera: which one of %s: %s?".formatted(file, ids));
      }
      return cameras.getFirst();
    }
    return cameras.stream()
        .filter(c -> c.id().equals(camera))
        .findFirst()
        .orElseThrow(() ->
            new CommandFailedException(
                "%s has no camera %s; it has: %s".formatted(file, camera, ids)));
  }

  private ParameterException wrongUse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
