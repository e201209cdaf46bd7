package io.kvsinfer.cli;

import io.kvsinfer.worker.app.WorkerMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kvs-infer run}: many cameras in this process, without a scheduler. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Watches the cameras of a settings file in this process, until Ctrl-C.",
      "Logs are JSON lines on stdout; KVS_INFER_PORT sets the port of /metrics and /health (9090)."
    },
    exitCodeListHeading = "%nIt ends with:%n",
    exitCodeList = {
      "0:everything was published, after Ctrl-C or SIGTERM",
      "1:a camera could not go on; the log says why",
      "2:wrong use of the command",
      "4:settings are refused; the log says which and what would be right"
    })
final class RunCommand implements Callable<Integer> {
  @ParentCommand private @Nullable KvsInfer root;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Settings file; config/cameras.example.yaml shows every key.")
  private @Nullable Path config;

  @Override
  public Integer call() throws CommandFailedException {
    Path file = Objects.requireNonNull(config);
    if (!Files.isReadable(file)) {
      throw new CommandFailedException(
          "cannot read the settings file %s: %s"
              .formatted(file, Files.exists(file) ? "permission denied" : "there is no such file"));
    }
    return WorkerMain.run(
        List.of("--config", file.toString()), Objects.requireNonNull(root).environment());
  }
}
