package io.kvsinfer.worker.source.file;

import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.media.mkv.MatroskaEvent;
import io.kvsinfer.media.mkv.MatroskaException;
import io.kvsinfer.media.mkv.MatroskaReader;
import io.kvsinfer.worker.source.KvsTags;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Matroska, as GetMedia answers and as others write it. A KVS fragment is one group, with its
 * number and its producer's time; other files are cut before each keyframe, and capture time is a
 * given instant plus the time since the first frame. Only the first video track of a segment is
 * read.
 */
final class MatroskaGroups implements FrameGroups {
  private static final int MOST_FRAMES = 300;
  private static final long MOST_BYTES = 16L << 20;

  private final Path file;
  private final InputStream in;
  private final MatroskaReader reader;
  private final Instant start;
  private final Queue<Group> ready = new ArrayDeque<>();
  private final List<MatroskaEvent.Frame> waiting = new ArrayList<>();
  private long waitingBytes;
  private KvsTags tags = KvsTags.NONE;
  private MatroskaEvent.@Nullable Track track;
  private @Nullable Long originMs;
  private @Nullable MediaException damage;
  private boolean ended;

  MatroskaGroups(Path file, Instant start) throws IOException {
    this.file = file;
    this.in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    this.reader = new MatroskaReader(in);
    this.start = start;
  }

  /**
   * Reads up to the first frame.
   *
   * @throws MatroskaException when the bytes before it are none that are read here
   */
  void begin() throws MatroskaException, IOException {
    while (waiting.isEmpty() && !ended) {
      step(reader.next());
    }
  }

  @Override
  public @Nullable Group next() throws MediaException {
    while (ready.isEmpty() && !ended) {
      try {
        step(reader.next());
      } catch (MatroskaException | IOException e) {
        cut();
        ended = true;
        damage = new MediaException(file + ": " + e.getMessage(), e);
      }
    }
    Group group = ready.poll();
    if (group == null && damage != null) {
      MediaException told = damage;
      damage = null;
      throw told;
    }
    return group;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot close " + file, e);
    }
  }

  private void step(MatroskaEvent event) {
    switch (event) {
      case MatroskaEvent.SegmentStart segment -> {
        cut();
        tags = KvsTags.NONE;
        track = null;
      }
      case MatroskaEvent.Track found -> track = track == null ? found : track;
      case MatroskaEvent.Tags found -> {
        KvsTags read = KvsTags.of(found.tags());
        if (read.number() != null && !read.number().equals(tags.number())) {
          cut();
          tags = read;
        }
      }
      case MatroskaEvent.ClusterStart cluster -> {}
      case MatroskaEvent.Frame frame -> frame(frame);
      case MatroskaEvent.End end -> {
        cut();
        ended = true;
        if (end.truncated()) {
          damage =
              new MediaException(
                  "%s ends in the middle of an element, at byte %d: its last fragment is unfinished"
                      .formatted(file, end.offset()));
        }
      }
    }
  }

  private void frame(MatroskaEvent.Frame frame) {
    MatroskaEvent.Track current = track;
    if (current == null || frame.trackNumber() != current.number()) {
      return;
    }
    boolean full = waiting.size() >= MOST_FRAMES || waitingBytes >= MOST_BYTES;
    if (tags.number() == null && !waiting.isEmpty() && (frame.keyframe() || full)) {
      cut();
    }
    waiting.add(frame);
    waitingBytes += frame.data().length;
  }

  /** Makes a group of the frames that wait. */
  private void cut() {
    MatroskaEvent.Track current = track;
    if (waiting.isEmpty() || current == null) {
      return;
    }
    long first = waiting.stream().mapToLong(MatroskaEvent.Frame::timecodeMs).min().orElse(0);
    Long known = originMs;
    long origin = known == null ? first : known;
    originMs = origin;
    Instant produced = tags.producedAt();
    Instant base = produced == null ? start.plusMillis(first - origin) : produced;
    VideoTrack video = current.track();
    List<EncodedFrame> frames = new ArrayList<>(waiting.size());
    for (MatroskaEvent.Frame frame : waiting) {
      long offset = frame.timecodeMs() - first;
      FrameTime time =
          new FrameTime(
              base.plusMillis(offset),
              tags.serverAt(),
              tags.number(),
              offset,
              frame.keyframe(),
              frames.isEmpty());
      frames.add(new EncodedFrame(video, frame.data(), time));
    }
    ready.add(new Group(tags.number(), frames));
    waiting.clear();
    waitingBytes = 0;
  }
}
