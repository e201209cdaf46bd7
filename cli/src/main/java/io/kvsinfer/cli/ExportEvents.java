package io.kvsinfer.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.store.EventTable;
import io.kvsinfer.store.Incident;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code events export}: everything that is asked for, as JSON lines or CSV. */
@Command(
    name = "export",
    description =
        "Writes incidents, or the events they are made of, as JSON lines or CSV, newest first; or"
            + " incidents as one HTML page with their pictures. Plates are among them.",
    mixinStandardHelpOptions = true)
final class ExportEvents implements Callable<Integer> {
  /** Incidents of a page at most: their pictures are in it. */
  private static final int PAGE = 200;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it before run
  private EventsCommand parent;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  private IncidentFilter filter;

  @Option(
      names = "--format",
      defaultValue = "JSONL",
      description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} unless given.")
  private Format format = Format.JSONL;

  @Option(names = "--events", description = "Events rather than incidents.")
  private boolean asEvents;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Into this file, which is made or replaced; standard output unless given.")
  private @Nullable Path file;

  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  private long lines;
  private boolean more;

  /** How an export is written. */
  enum Format {
    JSONL,
    CSV,
    HTML
  }

  @Override
  public Integer call() throws IOException {
    if (format == Format.HTML && asEvents) {
      throw new ParameterException(
          spec.commandLine(), "--format HTML shows incidents; --events goes with JSONL and CSV");
    }
    Path target = file;
    if (target == null) {
      export(spec.commandLine().getOut());
    } else if (Files.isDirectory(target)) {
      throw new CommandFailedException(target + ": is a folder; --out takes a file");
    } else {
      write(target);
      spec.commandLine()
          .getErr()
          .println(
              "kvs-infer: "
                  + lines
                  + (format == Format.HTML ? " incidents in " : " lines in ")
                  + target);
    }
    return 0;
  }

  /** What stood there stays until all of it is written; a device is written to as it comes. */
  private void write(Path target) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new CommandFailedException(target + ": its folder is not there");
    }
    boolean beside = !Files.exists(target) || Files.isRegularFile(target);
    Path part = beside ? part(target) : target;
    try {
      try (PrintWriter out =
          new PrintWriter(Files.newBufferedWriter(part, StandardCharsets.UTF_8))) {
        export(out);
        if (out.checkError()) {
          throw new CommandFailedException("not all could be written to " + target);
        }
      }
      if (beside) {
        Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      if (beside) {
        Files.deleteIfExists(part);
      }
    }
  }

  /** A new file beside it: one that has that name already is the operator's. */
  private static Path part(Path target) throws IOException {
    for (int i = 1; true; i++) {
      String name = target.getFileName() + (i == 1 ? ".part" : "." + i + ".part");
      try {
        return Files.createFile(target.resolveSibling(name));
      } catch (FileAlreadyExistsException e) {
        // The next name, then.
      }
    }
  }

  private void export(PrintWriter out) {
    if (format == Format.HTML) {
      page(out);
      out.flush();
      return;
    }
    List<String> columns = asEvents ? CsvLine.EVENT : CsvLine.INCIDENT;
    if (format == Format.CSV) {
      out.println(String.join(",", columns));
    }
    try (StoreAccess store = parent.store()) {
      EventTable events = store.events();
      Instant now = parent.root().clock().instant();
      new IncidentSearch(store.incidents(), filter, now)
          .all(incident -> {
            for (JsonNode tree : trees(events, incident)) {
              out.println(format == Format.CSV ? CsvLine.of(tree, columns) : tree);
              lines++;
            }
            return true;
          });
    }
    out.flush();
  }

  private void page(PrintWriter out) {
    try (StoreAccess store = parent.store()) {
      Instant now = parent.root().clock().instant();
      IncidentPage page = new IncidentPage(out);
      page.begin(now);
      new IncidentSearch(store.incidents(), filter, now)
          .all(incident -> {
            more = lines == PAGE;
            if (!more) {
              page.add(incident, EventPictures.ofIncident(store.s3(), incident).orElse(null));
              lines++;
            }
            return !more;
          });
      page.end(lines, more);
    }
  }

  private List<? extends JsonNode> trees(EventTable table, Incident incident) {
    return asEvents
        ? IncidentEvents.of(table, incident).stream().map(EventCodec::tree).toList()
        : List.of(incident.toJson());
  }
}
