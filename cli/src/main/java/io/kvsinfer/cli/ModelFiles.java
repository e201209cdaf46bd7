package io.kvsinfer.cli;

import io.kvsinfer.worker.detect.onnx.ModelOptions;
import io.kvsinfer.worker.detect.onnx.OnnxModels;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that use models. */
final class ModelFiles {
  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "Folder with manifest.json. Default: the models that come with kvs-infer.")
  @Nullable Path folder;

  /** Opens them; to be closed by the caller. */
  OnnxModels open() {
    ModelOptions options =
        ModelOptions.defaults()
            // One picture at a time: all cores work on it.
            .withIntraOpThreads(Runtime.getRuntime().availableProcessors());
    return OnnxModels.of(folder == null ? options : options.withFolder(folder));
  }
}
