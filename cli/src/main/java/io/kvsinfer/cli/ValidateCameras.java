package io.kvsinfer.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.Settings;
import io.kvsinfer.contract.settings.Verdict;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cameras validate}: needs no AWS. */
@Command(
    name = "validate",
    description = "Checks settings files and reports everything that is wrong in them.",
    mixinStandardHelpOptions = true)
final class ValidateCameras implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Settings files, YAML or CSV.")
  private List<Path> files = List.of();

  @Option(names = "--json", description = "One line of JSON for each file.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    int refused = 0;
    for (Path path : files) {
      SettingsFile file = SettingsFile.read(path);
      refused += file.verdict() instanceof Verdict.Refused ? 1 : 0;
      if (json) {
        out.println(json(file));
      } else {
        print(file, out);
      }
    }
    if (refused > 0) {
      throw new CommandFailedException(
          refused
              + " of "
              + files.size()
              + (files.size() == 1 ? " file is" : " files are")
              + " not valid");
    }
    return 0;
  }

  /** The verdict on a file in lines that start with its name. */
  static void print(SettingsFile file, PrintWriter out) {
    switch (file.verdict()) {
      case Verdict.Accepted<Settings> accepted -> {
        int cameras = accepted.value().cameras().size();
        out.println(file.path() + ": valid, " + cameras + (cameras == 1 ? " camera" : " cameras"));
        accepted.notices().forEach(notice -> out.println("  notice: " + Printable.of(notice)));
      }
      case Verdict.Refused<Settings> refused -> {
        int wrong = refused.violations().size();
        out.println(
            file.path() + ": refused, " + wrong + (wrong == 1 ? " violation" : " violations"));
        refused
            .violations()
            .forEach(violation -> out.println("  " + Printable.of(violation.toString())));
      }
    }
  }

  private static ObjectNode json(SettingsFile file) {
    ObjectNode json = Json.object().put("file", file.path().toString());
    switch (file.verdict()) {
      case Verdict.Accepted<Settings> accepted -> {
        json.put("valid", true);
        json.set(
            "cameras",
            Json.texts(accepted.value().cameras().stream().map(CameraSettings::id).toList()));
        json.set("notices", Json.texts(accepted.notices()));
      }
      case Verdict.Refused<Settings> refused -> {
        json.put("valid", false);
        json.set("violations", Json.violations(refused.violations()));
      }
    }
    return json;
  }
}
