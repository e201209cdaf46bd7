package io.kvsinfer.worker.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.time.Timestamps;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * One JSON line per event, written when its change is decided and before anything of it is
 * published, so that what a worker decided can be compared with what arrived. A line survives the
 * end of the process, not that of the machine. Thread-safe.
 */
public final class EventJournal implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final FileOutputStream file;

  private EventJournal(FileOutputStream file) {
    this.file = file;
  }

  /** Appends to {@code path}, which is made together with its folder where absent. */
  public static EventJournal open(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    return new EventJournal(new FileOutputStream(path.toFile(), true));
  }

  /** Notes an event and the keys of its pictures. */
  public synchronized void append(OutgoingEvent outgoing) {
    IncidentEvent event = outgoing.event();
    ObjectNode line = JSON.createObjectNode();
    line.put("event_id", event.eventId());
    line.put("incident_id", event.incidentId());
    line.put("camera_id", event.cameraId());
    line.put("phase", event.phase().name().toLowerCase(Locale.ROOT));
    line.put("sequence", event.sequence());
    line.put("captured_at", Timestamps.format(event.capturedAt()));
    ArrayNode keys = line.putArray("keys");
    outgoing.pictures().forEach(p -> keys.add(p.object().key()));
    try {
      // One write, so that lines of several processes do not mix.
      file.write((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of strings is always JSON", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }
}
