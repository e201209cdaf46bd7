package io.kvsinfer.cli;

import io.kvsinfer.contract.time.Timestamps;
import io.kvsinfer.store.Incident;
import io.kvsinfer.store.IncidentTable;
import io.kvsinfer.store.Page;
import io.kvsinfer.store.TimeRange;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
  private static final int PAGE = 100;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private EventsCommand events;

  @Option(names = "--camera", paramLabel = "ID", description = "Of this camera.")
  private @Nullable String camera;

  @Option(names = "--type", description = "Of this detector type, such as fire_smoke.")
  private @Nullable String type;

  @Option(names = "--label", description = "Of this label, such as fire.")
  private @Nullable String label;

  @Option(names = "--plate", paramLabel = "TEXT", description = "With this plate, exactly.")
  private @Nullable String plate;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      defaultValue = "1d",
      converter = Since.Converter.class,
      description =
          "Started since: 90s, 15m, 2h, 7d, a day or a time; ${DEFAULT-VALUE} unless given.")
  @SuppressWarnings("NullAway.Init")
  private Since since;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "At most so many, ${DEFAULT-VALUE} unless given.")
  private int limit;

  @Option(names = "--json", description = "One line of JSON for each incident.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  /** One question to the table, asked page by page. */
  private interface Query {
    Page<Incident> page(@Nullable String next);
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1");
    }
    Instant now = events.root().clock().instant();
    // A producer's clock may be ahead of this one.
    TimeRange range = range(now);
    List<Incident> found = new ArrayList<>();
    try (StoreAccess store = events.store()) {
      for (Query query : queries(store.incidents(), range, now)) {
        collect(query, found);
      }
    }
    print(found);
    return 0;
  }

  private TimeRange range(Instant now) {
    try {
      return TimeRange.since(since.from(now));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--since is too late", e);
    }
  }

  private List<Query> queries(IncidentTable table, TimeRange range, Instant now) {
    String wantedPlate = plate;
    String wantedCamera = camera;
    if (wantedPlate != null) {
      return List.of(next -> table.ofPlate(wantedPlate, range, PAGE, next));
    }
    if (wantedCamera != null) {
      return List.of(next -> table.ofCamera(wantedCamera, range, PAGE, next));
    }
    List<Query> days = new ArrayList<>();
    LocalDate first = range.from().atOffset(ZoneOffset.UTC).toLocalDate();
    LocalDate last = now.atOffset(ZoneOffset.UTC).toLocalDate().plusDays(1);
    for (LocalDate day = last; !day.isBefore(first); day = day.minusDays(1)) {
      LocalDate one = day;
      days.add(next -> table.ofDay(one, range, PAGE, next));
    }
    return days;
  }

  private void collect(Query query, List<Incident> found) {
    String next = null;
    do {
      if (found.size() >= limit) {
        return;
      }
      Page<Incident> page = query.page(next);
      page.items().stream().filter(this::wanted).limit(limit - found.size()).forEach(found::add);
      next = page.next();
    } while (next != null);
  }

  private boolean wanted(Incident incident) {
    return (camera == null || incident.cameraId().equals(camera))
        && (type == null || incident.type().equals(type))
        && (label == null || incident.label().equals(label));
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
