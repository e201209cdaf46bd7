package io.kvsinfer.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.time.Timestamps;
import io.kvsinfer.store.Incident;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code events show}. */
@Command(
    name = "show",
    description = "Shows an incident with its events, or one event.",
    mixinStandardHelpOptions = true)
final class ShowEvent implements Callable<Integer> {
  private static final Pattern ID = Pattern.compile("([a-z2-7]{26})(?:-(\\d{1,9}))?");

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private EventsCommand parent;

  @Parameters(paramLabel = "ID", description = "Of an incident (26 characters) or of an event.")
  private String id = "";

  @Option(names = "--open", description = "Writes the pictures and says where they are.")
  private boolean open;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the pictures; named as the incident unless given.")
  private @Nullable Path folder;

  @Option(names = "--json", description = "{incident, events[]}, or the event.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Matcher matcher = ID.matcher(id);
    if (!matcher.matches()) {
      throw new ParameterException(
          spec.commandLine(),
          "ID must be 26 characters a-z and 2-7, of an event with -N at the end");
    }
    try (StoreAccess store = parent.store()) {
      Incident incident =
          store
              .incidents()
              .get(matcher.group(1))
              .orElseThrow(() -> new CommandFailedException("there is no incident of id " + id));
      List<IncidentEvent> events = IncidentEvents.of(store.events(), incident);
      if (matcher.group(2) != null) {
        events = events.stream().filter(event -> event.eventId().equals(id)).toList();
        if (events.isEmpty()) {
          throw new CommandFailedException("there is no event of id " + id);
        }
      }
      List<Path> pictures = open ? open(store, incident, events) : List.of();
      if (matcher.group(2) == null) {
        print(incident, events, pictures);
      } else {
        print(events.getFirst(), pictures);
      }
    }
    return 0;
  }

  private List<Path> open(StoreAccess store, Incident incident, List<IncidentEvent> events)
      throws IOException {
    Path target = folder == null ? Path.of(incident.incidentId()) : folder;
    EventPictures pictures = new EventPictures(store.s3(), target);
    List<Path> files = pictures.write(events);
    PrintWriter err = spec.commandLine().getErr();
    pictures.missing().forEach(m -> err.println("kvs-infer: not written: " + Printable.of(m)));
    return files;
  }

  private void print(Incident incident, List<IncidentEvent> events, List<Path> pictures) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode whole = Json.object();
      whole.set("incident", incident.toJson());
      events.forEach(event -> whole.withArray("events").add(EventCodec.tree(event)));
      pictures.forEach(file -> whole.withArray("pictures").add(file.toString()));
      out.println(whole);
      return;
    }
    printFields("", incident.toJson(), out);
    out.println();
    TextTable table =
        new TextTable("EVENT", "PHASE", "CAPTURED", "SURE", "FRAGMENT", "OFFSET", "SNAPSHOT");
    for (IncidentEvent event : events) {
      table.add(
          event.eventId(),
          event.phase().name().toLowerCase(Locale.ROOT),
          Timestamps.format(event.capturedAt()),
          Math.round(event.confidence() * 100) + " %",
          text(event.fragmentNumber()),
          event.fragmentOffsetMs() == null ? "" : event.fragmentOffsetMs() + " ms",
          event.snapshot() == null
              ? ""
              : "s3://" + event.snapshot().bucket() + "/" + event.snapshot().key());
    }
    table.print(out);
    pictures.forEach(out::println);
  }

  private void print(IncidentEvent event, List<Path> pictures) {
    ObjectNode tree = EventCodec.tree(event);
    if (json) {
      pictures.forEach(file -> tree.withArray("pictures").add(file.toString()));
      spec.commandLine().getOut().println(tree);
    } else {
      printFields("", tree, spec.commandLine().getOut());
      pictures.forEach(spec.commandLine().getOut()::println);
    }
  }

  /** One line for each value, named by its path. */
  private static void printFields(String path, JsonNode node, PrintWriter out) {
    node.properties()
        .forEach(field -> {
          String name = path + field.getKey();
          JsonNode value = field.getValue();
          if (value.isObject()) {
            printFields(name + ".", value, out);
          } else if (!(value.isArray() && value.isEmpty())) {
            String text = value.isTextual() ? value.textValue() : value.toString();
            out.println(String.format(Locale.ROOT, "%-28s %s", name, Printable.of(text)));
          }
        });
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
