package io.kvsinfer.worker.source.file;

import io.kvsinfer.media.decode.FileDemuxer;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.mkv.MatroskaException;
import io.kvsinfer.worker.source.Connection;
import io.kvsinfer.worker.source.ConnectionState;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.SourceAccount;
import io.kvsinfer.worker.source.SourceCounters;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A video file, or a camera by its {@code rtsp://} address, for development. Matroska is told by
 * its bytes and read with its KVS tags, so a saved GetMedia answer keeps its fragments and their
 * times; everything else is cut before each keyframe, without fragment numbers. A file that ends in
 * the middle gives what is whole, then a gap that says so, then its end; one without a whole frame
 * is refused.
 */
public final class FileSource implements FragmentSource {
  private static final Logger log = LoggerFactory.getLogger(FileSource.class);
  private static final byte[] EBML = {0x1A, 0x45, (byte) 0xDF, (byte) 0xA3};

  private final String pathOrUrl;
  private final Instant start;
  private final Pace pace;
  private final InstantSource clock;
  private final Connection connection = new Connection(state -> {});
  private final SourceCounters counters = new SourceCounters();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable FrameGroups groups;
  private @Nullable Instant newest;
  private @Nullable Instant firstCaptured;
  private long firstNanos;
  private boolean ended;

  /** How fast a file is read. */
  public enum Pace {
    /** As a camera would deliver it: a group comes when its last frame is due. */
    REAL_TIME,
    AS_READ
  }

  /**
   * A source that opens the file at the first {@link #next}.
   *
   * @param start capture time of the frame shown first, where the file itself does not say
   * @param clock for the account's time of receipt
   */
  public FileSource(String pathOrUrl, Instant start, Pace pace, InstantSource clock) {
    this.pathOrUrl = pathOrUrl;
    this.start = start;
    this.pace = pace;
    this.clock = clock;
  }

  @Override
  public SourceEvent next() throws InterruptedException {
    connection.start();
    if (isClosed() || ended) {
      return new SourceEvent.End();
    }
    FrameGroups opened = groups == null ? open() : groups;
    try {
      FrameGroups.Group group = opened.next();
      if (isClosed()) {
        return end();
      }
      if (group == null) {
        return endOfFile();
      }
      pace(group);
      return isClosed() ? end() : fragment(group);
    } catch (MediaException e) {
      if (isClosed()) {
        return end();
      }
      ended = true; // told once, then the end
      if (nothingRead()) {
        throw refused(e);
      }
      counters.readError();
      SourceEvent.Gap gap =
          new SourceEvent.Gap(newest, null, GapReason.UNREADABLE, String.valueOf(e.getMessage()));
      counters.gap(gap);
      return gap;
    }
  }

  @Override
  public ConnectionState state() {
    return connection.state();
  }

  @Override
  public SourceAccount account() {
    return counters.account();
  }

  @Override
  public GapAccount gaps() {
    return counters.gapAccount();
  }

  @Override
  public void close() {
    closed.countDown();
    FrameGroups opened = groups;
    if (opened != null) {
      opened.close();
    }
    connection.close();
  }

  private FrameGroups open() {
    try {
      FrameGroups opened = groupsOfFile();
      groups = opened;
      if (isClosed()) {
        opened.close(); // close came meanwhile and did not see it
      }
      connection.connected();
      return opened;
    } catch (MediaException | IOException e) {
      throw refused(e);
    }
  }

  private FrameSourceException refused(Exception e) {
    counters.readError();
    connection.failed();
    String reason =
        e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    return new FrameSourceException("cannot read " + named(reason), true, e);
  }

  /** A reason that tells its file once, and as a sentence of its own. */
  private String named(String reason) {
    if (reason.startsWith(pathOrUrl + ": ")) {
      return reason;
    }
    return reason.startsWith(pathOrUrl + " ")
        ? pathOrUrl + ": it" + reason.substring(pathOrUrl.length())
        : pathOrUrl + ": " + reason;
  }

  private FrameGroups groupsOfFile() throws MediaException, IOException {
    if (isMatroska()) {
      MatroskaGroups matroska = new MatroskaGroups(Path.of(pathOrUrl), start);
      boolean begun = false;
      try {
        matroska.begin();
        begun = true;
        return matroska;
      } catch (MatroskaException e) {
        // FFmpeg knows compressed tracks and codecs by the names of Windows, which KVS never has.
        log.debug("{} is left to FFmpeg: {}", pathOrUrl, e.getMessage());
      } finally {
        if (!begun) {
          matroska.close();
        }
      }
    }
    return new DemuxedGroups(FileDemuxer.open(pathOrUrl), start);
  }

  private boolean isMatroska() throws IOException {
    if (pathOrUrl.contains("://") || !Files.isRegularFile(Path.of(pathOrUrl))) {
      return false;
    }
    try (InputStream in = Files.newInputStream(Path.of(pathOrUrl))) {
      return java.util.Arrays.equals(in.readNBytes(EBML.length), EBML);
    }
  }

  private SourceEvent fragment(FrameGroups.Group group) {
    counters.fragment(group.frames().size(), clock.instant());
    newest = group.frames().getLast().time().capturedAt();
    return new SourceEvent.Fragment(group.number(), group.frames(), false);
  }

  private boolean nothingRead() {
    return counters.account().fragments() == 0;
  }

  private SourceEvent endOfFile() {
    if (nothingRead()) {
      ended = true;
      throw refused(new MediaException(pathOrUrl + " holds no frame of video"));
    }
    return end();
  }

  private SourceEvent end() {
    ended = true;
    return new SourceEvent.End();
  }

  /** Waits until the group's last frame would have been captured. */
  private void pace(FrameGroups.Group group) throws InterruptedException {
    if (pace == Pace.AS_READ) {
      return;
    }
    Instant first = firstCaptured;
    if (first == null) {
      first = group.frames().getFirst().time().capturedAt();
      firstCaptured = first;
      firstNanos = System.nanoTime();
    }
    Instant last =
        group.frames().stream()
            .map(EncodedFrame::time)
            .map(t -> t.capturedAt())
            .max(Instant::compareTo)
            .orElse(first);
    long wait = firstNanos + Duration.between(first, last).toNanos() - System.nanoTime();
    if (wait > 0 && closed.await(wait, TimeUnit.NANOSECONDS)) {
      ended = true;
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }
}
