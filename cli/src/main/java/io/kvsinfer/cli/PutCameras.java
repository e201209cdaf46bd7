package io.kvsinfer.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.Settings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.SettingsWriter;
import io.kvsinfer.contract.settings.Verdict;
import io.kvsinfer.contract.settings.Violation;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.CameraTable.CameraItem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code cameras put}: writes nothing unless every file is valid. */
@Command(
    name = "put",
    description = {
      "Writes the cameras of settings files into the cameras table, where the scheduler finds them.",
      "Nothing is written unless every file is valid; other cameras of the table stay."
    },
    mixinStandardHelpOptions = true)
final class PutCameras implements Callable<Integer> {
  private static final ObjectMapper TREES = new ObjectMapper();

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private CamerasCommand cameras;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Settings files, YAML.")
  private List<Path> files = List.of();

  @Option(names = "--json", description = "One line of JSON for each camera.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, ObjectNode> items = items();
    try (StoreAccess store = cameras.store()) {
      CameraTable table = store.cameras();
      items.forEach((id, item) -> {
        String result = result(item, table.get(id));
        if (!result.equals("unchanged")) {
          table.put(item);
        }
        out.println(
            json
                ? Json.object().put("id", id).put("result", result).toString()
                : id + " " + result);
      });
    }
    return 0;
  }

  /** The items of all files by camera id. */
  private Map<String, ObjectNode> items() {
    Map<String, ObjectNode> items = new LinkedHashMap<>();
    int refused = 0;
    for (Path path : files) {
      SettingsFile file = SettingsFile.read(path);
      List<Violation> violations = new ArrayList<>();
      switch (file.verdict()) {
        case Verdict.Refused<Settings> wrong -> violations.addAll(wrong.violations());
        case Verdict.Accepted<Settings> right -> {
          for (CameraSettings camera : right.value().cameras()) {
            ObjectNode item = TREES.valueToTree(SettingsWriter.item(camera));
            violations.addAll(asItem(camera.id(), item));
            if (items.put(camera.id(), item) != null) {
              violations.add(new Violation(camera.id(), "", "stands in more than one file"));
            }
          }
        }
      }
      if (!violations.isEmpty()) {
        refused++;
        ValidateCameras.print(
            new SettingsFile(path, new Verdict.Refused<>(violations)), spec.commandLine().getErr());
      }
    }
    if (refused > 0) {
      throw new CommandFailedException(
          "nothing was written: " + refused + " of " + files.size() + " files cannot be put");
    }
    return items;
  }

  /** What a valid camera of a file may not have as an item of the table. */
  private static List<Violation> asItem(String id, ObjectNode item) {
    return switch (SettingsReader.readItem(item)) {
      case Verdict.Accepted<CameraSettings> accepted -> List.of();
      case Verdict.Refused<CameraSettings> refused ->
          refused.violations().stream()
              .map(v -> new Violation(id + ": " + v.path(), v.value(), v.message()))
              .toList();
    };
  }

  private static String result(ObjectNode item, Optional<CameraItem> before) {
    if (before.isEmpty()) {
      return "added";
    }
    boolean same =
        SettingsReader.readItem(item).equals(SettingsReader.readItem(before.get().tree()));
    return same ? "unchanged" : "changed";
  }
}
