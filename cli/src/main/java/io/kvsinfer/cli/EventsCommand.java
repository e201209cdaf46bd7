package io.kvsinfer.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tells what was seen. */
@Command(
    name = "events",
    description = "Tells what was seen: incidents, and the events each is made of.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ListEvents.class,
      ShowEvent.class,
      ExportEvents.class,
      PurgeEvents.class,
      ReplayPoison.class
    })
final class EventsCommand implements Runnable {
  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private KvsInfer root;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  KvsInfer root() {
    return root;
  }

  StoreAccess store() {
    return StoreAccess.open(root.environment());
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing required subcommand: list, show, export, purge, replay-poison");
  }
}
