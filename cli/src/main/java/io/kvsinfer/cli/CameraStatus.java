package io.kvsinfer.cli;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.CameraTable.CameraItem;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code cameras status}. */
@Command(
    name = "status",
    description = "Tells how cameras do; of a refused one, what is wrong and what is allowed.",
    mixinStandardHelpOptions = true)
final class CameraStatus implements Callable<Integer> {
  private static final String CLEAR = "\u001b[H\u001b[2J";

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private CamerasCommand cameras;

  @Parameters(paramLabel = "ID", arity = "0..*", description = "Camera ids; all unless given.")
  private List<String> ids = List.of();

  @Option(names = "--watch", description = "Again and again until interrupted.")
  private boolean watch;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "Between two looks of --watch, ${DEFAULT-VALUE} unless given.")
  private double intervalSeconds;

  @Option(names = "--count", paramLabel = "N", description = "Looks of --watch before it ends.")
  private int count = Integer.MAX_VALUE;

  @Option(names = "--json", description = "One line of JSON for each camera.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (!(intervalSeconds >= 0.1 && intervalSeconds <= 3600)) {
      throw new ParameterException(spec.commandLine(), "--interval must be from 0.1 to 3600");
    }
    PrintWriter out = spec.commandLine().getOut();
    boolean terminal = spec.commandLine().getColorScheme().ansi().enabled();
    try (StoreAccess store = cameras.store()) {
      print(reports(store), out);
      for (int look = 1; watch && look < count; look++) {
        Thread.sleep(Duration.ofMillis((long) (intervalSeconds * 1000)));
        List<CameraReport> reports = reports(store);
        if (!json) {
          out.print(terminal ? CLEAR : System.lineSeparator());
        }
        print(reports, out);
      }
    }
    return 0;
  }

  private List<CameraReport> reports(StoreAccess store) {
    Map<String, CameraItem> items =
        store.cameras().scan().stream()
            .collect(Collectors.toMap(CameraItem::id, Function.identity()));
    CameraStateTable.Scan scan = store.states().scan();
    Map<String, CameraState> states = new TreeMap<>(scan.states());
    // What a removed camera leaves is of interest only while its worker still runs.
    states.values().removeIf(state -> !items.containsKey(state.cameraId()) && !running(state));
    TreeSet<String> all = new TreeSet<>(items.keySet());
    all.addAll(states.keySet());
    all.addAll(scan.unreadable().keySet());
    List<CameraReport> reports = new ArrayList<>();
    for (String id : all) {
      if (ids.isEmpty() || ids.contains(id)) {
        String problem = scan.unreadable().get(id);
        reports.add(
            problem == null
                ? CameraReport.of(id, items.get(id), states.get(id))
                : CameraReport.unreadable(id, problem));
      }
    }
    for (String id : ids) {
      if (!all.contains(id)) {
        throw new CommandFailedException("there is no camera " + id);
      }
    }
    return reports;
  }

  private static boolean running(CameraState state) {
    return state.lease() != null && !state.lease().released();
  }

  private void print(List<CameraReport> reports, PrintWriter out) {
    if (json) {
      reports.forEach(report -> out.println(report.json()));
    } else if (reports.isEmpty()) {
      out.println("No cameras. 'kvs-infer cameras put FILE' adds some.");
    } else {
      TextTable table =
          new TextTable("CAMERA", "SETTINGS", "PHASE", "FPS", "LATENCY", "LAST FRAME", "ERROR");
      reports.forEach(report -> table.add(report.cells(cameras.root().clock().instant())));
      table.print(out);
      for (CameraReport report : reports) {
        report
            .violations()
            .forEach(v ->
                out.println(
                    Printable.of(
                        Printable.cut(report.cameraId(), TextTable.WIDEST)
                            + " refused: "
                            + v.toString())));
      }
    }
    out.flush();
  }
}
