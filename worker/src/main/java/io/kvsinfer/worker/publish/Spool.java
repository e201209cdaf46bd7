package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.worker.publish.SpoolSegment.Extent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events of one camera on disk from their decision to their acknowledgement, so that nothing is
 * lost while Kinesis or S3 is away or when the process ends. Appending forces to disk once per
 * batch. Past its bound the oldest {@code updated} events go first, then the oldest others.
 * Thread-safe.
 */
final class Spool implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Spool.class);
  private static final String SUFFIX = ".spool";
  private static final long SEGMENT_BYTES = 8 << 20;

  private final Path folder;
  private final long maxBytes;
  private final SpoolCursor cursor;
  private final List<SpoolSegment> segments = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  private long lastOrdinal;
  private long inFlight;
  private int dropped;

  private static final class Entry {
    private final long ordinal;
    private final IncidentEventKey key;
    private final SpoolSegment segment;
    private Extent extent;

    Entry(long ordinal, IncidentEventKey key, SpoolSegment segment, Extent extent) {
      this.ordinal = ordinal;
      this.key = key;
      this.segment = segment;
      this.extent = extent;
    }
  }

  private record IncidentEventKey(String incidentId, String eventId, Phase phase) {
    static IncidentEventKey of(IncidentEvent event) {
      return new IncidentEventKey(event.incidentId(), event.eventId(), event.phase());
    }
  }

  private Spool(Path folder, long maxBytes, SpoolCursor cursor) {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.cursor = cursor;
  }

  /**
   * Opens the spool of a camera and finds what an earlier run did not publish.
   *
   * @param folder made where absent; one process at a time uses it
   * @param maxBytes bound of what lies there
   */
  static Spool open(Path folder, long maxBytes) throws IOException {
    Files.createDirectories(folder);
    Spool spool = new Spool(folder, maxBytes, SpoolCursor.open(folder.resolve("cursor")));
    spool.lastOrdinal = spool.cursor.acknowledged();
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(p -> p.getFileName().toString().endsWith(SUFFIX)).sorted().toList();
    }
    for (Path file : files) {
      spool.load(SpoolSegment.open(file));
    }
    spool.deleteDone();
    return spool;
  }

  /**
   * Appends events and forces them to disk.
   *
   * @return ordinal of the last of them
   * @throws IOException when the disk does not take all of them; then none of them is in the spool
   */
  synchronized long append(List<OutgoingEvent> events) throws IOException {
    Map<SpoolSegment, Long> sizes = new LinkedHashMap<>();
    int entriesBefore = entries.size();
    long ordinalBefore = lastOrdinal;
    try {
      for (OutgoingEvent outgoing : events) {
        SpoolRecord record = new SpoolRecord(lastOrdinal + 1, outgoing);
        SpoolSegment segment = current(record.ordinal());
        sizes.putIfAbsent(segment, segment.size());
        Extent extent = segment.append(record.encode());
        lastOrdinal = record.ordinal();
        entries.add(new Entry(lastOrdinal, IncidentEventKey.of(outgoing.event()), segment, extent));
      }
      for (SpoolSegment segment : sizes.keySet()) {
        segment.force();
      }
    } catch (IOException e) {
      entries.subList(entriesBefore, entries.size()).clear();
      lastOrdinal = ordinalBefore;
      sizes.forEach((segment, size) -> segment.cut(size, e));
      throw e;
    }
    trim();
    return lastOrdinal;
  }

  /**
   * The oldest records that are not acknowledged, at most one of each incident so that the events
   * of an incident never overtake each other.
   */
  synchronized List<SpoolRecord> peek(int maxRecords, long maxBytesRead) throws IOException {
    List<SpoolRecord> batch = new ArrayList<>();
    Set<String> incidents = new HashSet<>();
    long bytes = 0;
    for (Iterator<Entry> all = entries.iterator(); all.hasNext() && batch.size() < maxRecords; ) {
      Entry entry = all.next();
      bytes += entry.extent.length();
      if (!incidents.add(entry.key.incidentId) || (bytes > maxBytesRead && !batch.isEmpty())) {
        break;
      }
      try {
        batch.add(SpoolRecord.decode(entry.segment.payload(entry.extent)));
        inFlight = entry.ordinal;
      } catch (SpoolFormatException e) {
        log.error("event {} in the spool is dropped: {}", entry.key.eventId, e.getMessage());
        all.remove();
        dropped++;
      }
    }
    return batch;
  }

  /** Everything up to this ordinal has arrived. */
  synchronized void acknowledge(long ordinal) throws IOException {
    cursor.acknowledge(ordinal);
    entries.removeIf(e -> e.ordinal <= ordinal);
    deleteDone();
  }

  synchronized long acknowledged() {
    return entries.isEmpty() ? lastOrdinal : entries.getFirst().ordinal - 1;
  }

  synchronized long lastOrdinal() {
    return lastOrdinal;
  }

  synchronized boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Bytes on disk. */
  synchronized long bytes() {
    return segments.stream().mapToLong(SpoolSegment::size).sum();
  }

  /** How many events were given up since the last call. */
  synchronized int takeDropped() {
    int count = dropped;
    dropped = 0;
    return count;
  }

  /** Events that wait, oldest first, as they were appended. */
  synchronized List<IncidentEvent> pending() throws IOException {
    List<IncidentEvent> events = new ArrayList<>();
    for (Entry entry : entries) {
      events.add(SpoolRecord.decode(entry.segment.payload(entry.extent)).event());
    }
    return events;
  }

  @Override
  public synchronized void close() throws IOException {
    cursor.close();
    for (SpoolSegment segment : segments) {
      segment.close();
    }
  }

  private void load(SpoolSegment segment) throws IOException {
    long size = segment.size();
    for (Extent extent : segment.scan()) {
      try {
        SpoolRecord record = SpoolRecord.decode(segment.payload(extent));
        lastOrdinal = Math.max(lastOrdinal, record.ordinal());
        if (record.ordinal() > cursor.acknowledged()) {
          entries.add(
              new Entry(record.ordinal(), IncidentEventKey.of(record.event()), segment, extent));
        }
      } catch (SpoolFormatException e) {
        log.error("an event in {} is dropped: {}", segment.path().getFileName(), e.getMessage());
        dropped++;
      }
    }
    if (segment.size() < size) {
      log.warn(
          "spool {}: {} bytes at the end of {} were torn and are cut",
          folder.getFileName(),
          size - segment.size(),
          segment.path().getFileName());
    }
    segments.add(segment);
  }

  private SpoolSegment current(long ordinal) throws IOException {
    if (segments.isEmpty() || segments.getLast().size() >= SEGMENT_BYTES) {
      segments.add(SpoolSegment.create(folder.resolve("%020d%s".formatted(ordinal, SUFFIX))));
    }
    return segments.getLast();
  }

  private void deleteDone() throws IOException {
    Set<SpoolSegment> needed = new HashSet<>();
    entries.forEach(e -> needed.add(e.segment));
    for (Iterator<SpoolSegment> all = segments.iterator(); all.hasNext(); ) {
      SpoolSegment segment = all.next();
      if (!needed.contains(segment)) {
        segment.delete();
        all.remove();
      }
    }
  }

  /** What cannot be made smaller now stays and is tried again with the next append. */
  private void trim() {
    long excess = bytes() - maxBytes;
    if (excess <= 0) {
      return;
    }
    // A sixteenth more, so that files are not written anew for every event of a long outage.
    long wanted = excess + maxBytes / 16;
    Set<Entry> victims = new HashSet<>();
    long freed = choose(victims, wanted, true);
    if (freed < excess) {
      choose(victims, excess - freed, false);
    }
    if (victims.isEmpty()) {
      return;
    }
    entries.removeAll(victims);
    dropped += victims.size();
    Map<SpoolSegment, List<Entry>> kept = new LinkedHashMap<>();
    victims.forEach(v -> kept.put(v.segment, new ArrayList<>()));
    entries.forEach(e ->
        kept.computeIfPresent(
            e.segment,
            (s, list) -> {
              list.add(e);
              return list;
            }));
    try {
      deleteDone();
      for (Map.Entry<SpoolSegment, List<Entry>> rewritten : kept.entrySet()) {
        rewrite(rewritten.getKey(), rewritten.getValue());
      }
    } catch (IOException e) {
      log.error("spool {} stays larger than its bound for now", folder.getFileName(), e);
    }
  }

  private static void rewrite(SpoolSegment segment, List<Entry> rest) throws IOException {
    if (rest.isEmpty()) {
      return;
    }
    List<Extent> moved = segment.rewrite(rest.stream().map(e -> e.extent).toList());
    for (int i = 0; i < rest.size(); i++) {
      rest.get(i).extent = moved.get(i);
    }
  }

  /** Adds the oldest entries that are not being sent until {@code wanted} bytes are freed. */
  private long choose(Set<Entry> victims, long wanted, boolean updatesOnly) {
    long freed = 0;
    for (Entry entry : entries) {
      if (freed >= wanted) {
        break;
      }
      if (entry.ordinal > inFlight
          && (!updatesOnly || entry.key.phase == Phase.UPDATED)
          && victims.add(entry)) {
        freed += entry.extent.length();
      }
    }
    return freed;
  }
}
