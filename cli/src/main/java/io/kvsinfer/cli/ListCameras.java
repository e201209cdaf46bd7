package io.kvsinfer.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.SettingsRevision;
import io.kvsinfer.contract.settings.Verdict;
import io.kvsinfer.store.CameraTable.CameraItem;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code cameras list}. */
@Command(
    name = "list",
    description = "Lists the cameras table and judges each item.",
    mixinStandardHelpOptions = true)
final class ListCameras implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private CamerasCommand cameras;

  @Option(names = "--json", description = "One line of JSON for each camera.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<CameraItem> items;
    try (StoreAccess store = cameras.store()) {
      items = store.cameras().scan().stream().sorted(Comparator.comparing(CameraItem::id)).toList();
    }
    if (json) {
      items.forEach(item -> out.println(json(item)));
      return 0;
    }
    if (items.isEmpty()) {
      out.println("No cameras. 'kvs-infer cameras put FILE' adds some.");
      return 0;
    }
    TextTable table = new TextTable("CAMERA", "ENABLED", "STREAM", "FPS", "DETECTORS", "SETTINGS");
    items.forEach(item -> add(item, table));
    table.print(out);
    return 0;
  }

  private static void add(CameraItem item, TextTable table) {
    switch (SettingsReader.readItem(item.tree())) {
      case Verdict.Accepted<CameraSettings> accepted -> {
        CameraSettings camera = accepted.value();
        table.add(
            camera.id(),
            camera.enabled() ? "yes" : "no",
            stream(camera),
            CameraReport.number(camera.fpsTarget()),
            String.join(", ", camera.detectors().stream().map(DetectorSettings::name).toList()),
            SettingsRevision.of(camera));
      }
      case Verdict.Refused<CameraSettings> refused ->
          table.add(item.id(), "-", "-", "-", "-", "refused: " + refused.violations().getFirst());
    }
  }

  private static ObjectNode json(CameraItem item) {
    ObjectNode json = Json.object().put("id", item.id());
    switch (SettingsReader.readItem(item.tree())) {
      case Verdict.Accepted<CameraSettings> accepted -> {
        CameraSettings camera = accepted.value();
        json.put("valid", true);
        json.put("enabled", camera.enabled());
        json.put("stream", stream(camera));
        json.put("region", camera.region());
        json.put("fps_target", camera.fpsTarget());
        json.set(
            "detectors",
            Json.texts(camera.detectors().stream().map(DetectorSettings::name).toList()));
        json.put("settings_revision", SettingsRevision.of(camera));
      }
      case Verdict.Refused<CameraSettings> refused -> {
        json.put("valid", false);
        json.set("violations", Json.violations(refused.violations()));
      }
    }
    return json;
  }

  private static String stream(CameraSettings camera) {
    return Objects.requireNonNullElse(
        camera.streamName(), Objects.requireNonNullElse(camera.streamArn(), ""));
  }
}
