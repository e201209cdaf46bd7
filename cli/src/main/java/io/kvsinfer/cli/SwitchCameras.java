package io.kvsinfer.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code cameras pause} and {@code cameras resume}: {@code enabled} of the item. */
abstract sealed class SwitchCameras implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private CamerasCommand cameras;

  @Parameters(paramLabel = "ID", arity = "1..*", description = "Camera ids.")
  private List<String> ids = List.of();

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private final boolean enabled;
  private final String done;

  private SwitchCameras(boolean enabled, String done) {
    this.enabled = enabled;
    this.done = done;
  }

  @Override
  public Integer call() {
    try (StoreAccess store = cameras.store()) {
      for (String id : ids) {
        if (!store.cameras().setEnabled(id, enabled)) {
          throw new CommandFailedException("there is no camera " + id + " in the table");
        }
        spec.commandLine().getOut().println(Printable.of(id) + " " + done);
      }
    }
    return 0;
  }

  /** {@code cameras pause}. */
  @Command(
      name = "pause",
      description = "Stops watching cameras; their items stay.",
      mixinStandardHelpOptions = true)
  static final class Pause extends SwitchCameras {
    Pause() {
      super(false, "paused");
    }
  }

  /** {@code cameras resume}. */
  @Command(
      name = "resume",
      description = "Watches paused cameras again.",
      mixinStandardHelpOptions = true)
  static final class Resume extends SwitchCameras {
    Resume() {
      super(true, "resumed");
    }
  }
}
