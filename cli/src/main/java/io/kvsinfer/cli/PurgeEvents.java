package io.kvsinfer.cli;

import io.kvsinfer.contract.settings.Names;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code events purge}: removes what a camera left. */
@Command(
    name = "purge",
    description = {
      "Removes everything a camera left: events, incidents, pictures, and its lines in the archive"
          + " and in what was set aside.",
      "Without --yes it only says what that is."
    },
    mixinStandardHelpOptions = true)
final class PurgeEvents implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private EventsCommand parent;

  @Option(
      names = "--camera",
      paramLabel = "ID",
      required = true,
      description = "Of this camera, which must be paused or removed.")
  private String camera = "";

  @Option(names = "--yes", description = "Does it. There is no way back.")
  private boolean yes;

  @Option(names = "--json", description = "{camera, removed, and the number of each kind}.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (!Names.CAMERA_ID.matcher(camera).matches()) {
      throw new ParameterException(
          spec.commandLine(), "--camera must match " + Names.CAMERA_ID.pattern());
    }
    try (StoreAccess store = parent.store()) {
      boolean runs =
          store
              .cameras()
              .get(camera)
              .map(item -> item.tree().path("enabled").asBoolean(true))
              .orElse(false);
      if (runs && yes) {
        throw new CommandFailedException(
            "camera %s is enabled and would leave more: 'kvs-infer cameras pause %s' first"
                .formatted(camera, camera));
      }
      CameraPurge purge = new CameraPurge(store, camera);
      print(yes ? purge.remove() : purge.look(), runs);
    }
    return 0;
  }

  private void print(CameraPurge.Found found, boolean runs) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      var tree = found.toJson();
      tree.put("camera", camera).put("removed", yes);
      out.println(tree);
      return;
    }
    out.printf(
        "camera %s: %d events, %d incidents, %d pictures, %d lines in %d archived objects, %d"
            + " fenced and %d poison records%n",
        camera,
        found.events(),
        found.incidents(),
        found.pictures(),
        found.archiveLines(),
        found.archiveObjects(),
        found.fenced(),
        found.poison());
    out.println(
        yes
            ? "All of it is removed."
            : "Nothing is removed yet: --yes does it."
                + (runs ? " The camera is enabled: pause it first." : ""));
  }
}
