package io.kvsinfer.cli;

import io.kvsinfer.contract.time.Timestamps;
import io.kvsinfer.store.Incident;
import io.kvsinfer.store.Page;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code events list}: incidents, newest first. */
@Command(
    name = "list",
    description = "Lists incidents, newest first.",
    mixinStandardHelpOptions = true)
final class ListEvents implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private EventsCommand events;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  private IncidentFilter filter;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "At most so many, ${DEFAULT-VALUE} unless given.")
  private int limit;

  @Option(
      names = "--page",
      paramLabel = "NEXT",
      description = "Goes on where the list before ended; it says with what.")
  private @Nullable String page;

  @Option(names = "--json", description = "One line of JSON for each incident.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1");
    }
    Page<Incident> found;
    try (StoreAccess store = events.store()) {
      Instant now = events.root().clock().instant();
      found = new IncidentSearch(store.incidents(), filter, now).some(limit, page);
    } catch (IllegalArgumentException e) {
      if (page == null) {
        throw e;
      }
      throw new ParameterException(
          spec.commandLine(), "--page must be what the list before gave", e);
    }
    print(found.items());
    if (found.next() != null) {
      // Beside the list, which a program may read.
      spec.commandLine().getErr().println("kvs-infer: there is more: --page " + found.next());
    }
    return 0;
  }

  private void print(List<Incident> found) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      found.forEach(incident -> out.println(incident.toJson()));
      return;
    }
    if (found.isEmpty()) {
      out.println("Nothing was seen. --since looks further back.");
      return;
    }
    TextTable table =
        new TextTable(
            "STARTED", "CAMERA", "TYPE", "LABEL", "SURE", "PHASE", "LASTED", "PLATE", "INCIDENT");
    for (Incident incident : found) {
      Instant end = Objects.requireNonNullElse(incident.endedAt(), incident.capturedAt());
      table.add(
          Timestamps.format(incident.startedAt()),
          incident.cameraId(),
          incident.type(),
          incident.label(),
          Math.round(incident.evidence().confidence() * 100) + " %",
          incident.phase().name().toLowerCase(Locale.ROOT),
          CameraReport.age(incident.startedAt(), end),
          incident.plate() == null ? "" : incident.plate().text(),
          incident.incidentId());
    }
    table.print(out);
  }
}
