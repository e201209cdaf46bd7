package io.kvsinfer.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.worker.detect.ModelCard;
import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.Models;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.TensorInfo;
import io.kvsinfer.worker.detect.plate.PlateReader;
import io.kvsinfer.worker.detect.plate.ReaderParams;
import io.kvsinfer.worker.detect.yolo.ModelReading;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the models there are, and what a model file is. */
@Command(
    name = "models",
    description = "Lists the models of the manifest; tells what an ONNX file holds.",
    mixinStandardHelpOptions = true,
    subcommands = {ModelsCommand.ListModels.class, ModelsCommand.Inspect.class})
final class ModelsCommand implements Runnable {
  private static final JsonInclude.Value NON_NULL =
      JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL);
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(NON_NULL)
          .build();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing required subcommand: list, inspect");
  }

  /** {@code models list}. */
  @Command(
      name = "list",
      description = "Models that settings may name.",
      mixinStandardHelpOptions = true)
  static final class ListModels implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ModelFiles modelFiles;

    @Option(names = "--json", description = "One JSON line for each model.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
      PrintWriter out = spec.commandLine().getOut();
      try (Models models = modelFiles.open()) {
        for (String name : models.names()) {
          ModelCard card = models.card(name).orElseThrow();
          out.println(json ? JSON.writeValueAsString(card) : Printable.of(line(card)));
        }
      }
      out.flush();
      return 0;
    }

    private static String line(ModelCard card) {
      return "%-18s type %-10s input %s  %s%s"
          .formatted(
              card.name(),
              card.type(),
              card.input(),
              String.join(", ", card.classes()),
              card.defaultFor() == null ? "" : "  (default for " + card.defaultFor() + ")");
    }
  }

  /** {@code models inspect}. */
  @Command(
      name = "inspect",
      description = "Input, output layout and classes of a model, and what is unclear.",
      mixinStandardHelpOptions = true)
  static final class Inspect implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private ModelFiles modelFiles;

    @Parameters(paramLabel = "FILE", description = "An ONNX file, or a name of the manifest.")
    @SuppressWarnings("NullAway.Init")
    private String file;

    @Option(
        names = "--charset",
        paramLabel = "FILE",
        description = "The file is a reader of plates with these characters, one a line.")
    private @Nullable Path charset;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private DetectorParams params;

    @Option(names = "--json", description = "As one JSON line.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
      PrintWriter out = spec.commandLine().getOut();
      Map<String, Object> facts;
      try (Models models = modelFiles.open();
          Network network = models.open(file, "cpu")) {
        facts = named(network.description());
        facts.putAll(
            charset != null || PlateReader.isReader(network.description())
                ? PlateReader.inspect(network, ReaderParams.of(file, charset))
                : ModelReading.of(network, params.values()).facts());
      }
      if (json) {
        out.println(JSON.writeValueAsString(facts));
      } else {
        facts.forEach((k, v) -> out.println(Printable.of("%-12s %s".formatted(k, v))));
      }
      out.flush();
      return 0;
    }

    private static Map<String, Object> named(ModelDescription model) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("name", model.name());
      facts.put("sha256", model.sha256());
      facts.put("input", tensor(model.picture()));
      if (model.inputs().size() > 1) {
        facts.put("inputs", tensors(model.inputs()));
      }
      facts.put("outputs", tensors(model.outputs()));
      return facts;
    }

    private static List<Map<String, Object>> tensors(List<TensorInfo> tensors) {
      return tensors.stream().map(Inspect::tensor).toList();
    }

    private static Map<String, Object> tensor(TensorInfo tensor) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("name", tensor.name());
      facts.put("type", tensor.type().name().toLowerCase(Locale.ROOT));
      facts.put("shape", tensor.shape());
      return facts;
    }
  }
}
