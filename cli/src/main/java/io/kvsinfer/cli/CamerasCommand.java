package io.kvsinfer.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Onboards cameras and tells how they do. */
@Command(
    name = "cameras",
    description = "Checks, onboards, pauses and removes cameras; tells how they do.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ValidateCameras.class,
      PutCameras.class,
      ListCameras.class,
      CameraStatus.class,
      SwitchCameras.Pause.class,
      SwitchCameras.Resume.class,
      RemoveCameras.class
    })
final class CamerasCommand implements Runnable {
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
        "Missing required subcommand: validate, put, list, status, pause, resume, remove");
  }
}
