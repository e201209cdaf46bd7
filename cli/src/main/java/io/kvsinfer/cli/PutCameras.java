package io.kvsinfer.cli;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
    footer = {
      "",
      "A file that ends in .csv is a table with a camera in each row. Its first line names settings:",
      "id,stream_name,fps_target,enabled,detectors,playback.mode,tags.site",
      "gate,gate-stream,5,true,weapon; fire_smoke,HLS,north",
      "An empty cell leaves the setting at its default."
    },
    mixinStandardHelpOptions = true)
final class PutCameras implements Callable<Integer> {
  private static final ObjectMapper TREES = new ObjectMapper();

  /** So many are read one by one. */
  private static final int FEW = 25;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private CamerasCommand cameras;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Settings files, YAML or CSV.")
  private List<Path> files = List.of();

  @Option(
      names = "--dry-run",
      description = "Prints what would change, setting by setting, and writes nothing.")
  private boolean dryRun;

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
      Function<String, @Nullable JsonNode> before = before(table, items.size());
      items.forEach((id, item) -> {
        Difference difference = Difference.of(before.apply(id), item);
        if (!dryRun && !difference.result().equals("unchanged")) {
          table.put(item);
        }
        print(id, difference, out);
      });
    }
    if (dryRun && !json) {
      out.println("dry run: nothing was written");
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

  /** Items as they stand: one by one, or all at once where they are many. */
  private static Function<String, @Nullable JsonNode> before(CameraTable table, int number) {
    if (number <= FEW) {
      return id -> table.get(id).map(CameraItem::tree).orElse(null);
    }
    Map<String, JsonNode> all = new HashMap<>();
    table.forEach(item -> all.put(item.id(), item.tree()));
    return all::get;
  }

  private void print(String id, Difference difference, PrintWriter out) {
    if (json) {
      out.println(difference.json(id));
      return;
    }
    out.println(id + " " + difference.result());
    if (dryRun) {
      difference.changes().forEach(change -> out.println(Printable.of("  " + change)));
    }
  }
}
