package io.kvsinfer.cli;

import io.kvsinfer.store.CameraTable;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * {@code cameras remove}: the item only. The state row stays: it holds the lease's generation,
 * which must not start again should the camera come back.
 */
@Command(
    name = "remove",
    description = "Removes cameras from the table; what was seen stays.",
    mixinStandardHelpOptions = true)
final class RemoveCameras implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private CamerasCommand cameras;

  @Parameters(paramLabel = "ID", arity = "1..*", description = "Camera ids.")
  private List<String> ids = List.of();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() {
    try (StoreAccess store = cameras.store()) {
      CameraTable table = store.cameras();
      for (String id : ids) {
        if (table.get(id).isEmpty()) {
          throw new CommandFailedException("there is no camera " + id + " in the table");
        }
        table.delete(id);
        spec.commandLine().getOut().println(Printable.of(id) + " removed");
      }
    }
    return 0;
  }
}
