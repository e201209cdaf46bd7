package io.kvsinfer.media.mkv;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pulls events from a Matroska stream as it arrives (RFC 9559): segments and clusters of unknown
 * size, EBML headers that repeat, as in an answer of GetMedia, simple blocks, block groups and
 * lacing. What it holds at a time is bounded whatever the stream says: one block, at most {@value
 * #LARGEST_BLOCK} bytes, grown as its bytes come. After broken bytes it can go on with the next
 * EBML header. Not thread-safe.
 */
public final class MatroskaReader {
  /** A KVS fragment has at most 50 MB. */
  static final int LARGEST_BLOCK = 50 << 20;

  private static final int LARGEST_DESCRIPTION = 4 << 20;

  /** Indexes and attachments of long files; nothing of KVS comes near it. */
  private static final int LARGEST_SKIPPED = 1 << 30;

  private static final long DEFAULT_SCALE_NS = 1_000_000;
  private static final long NS_PER_MS = 1_000_000;
  private static final long NONE = -2;
  private static final long LONGEST_TIME = Long.MAX_VALUE / 4;

  private final EbmlInput in;
  private final ArrayDeque<MatroskaEvent> ready = new ArrayDeque<>();
  private final TrackTable tracks = new TrackTable();

  /** Where the open segment and cluster end; {@link #NONE} where none is open. */
  private long segmentEnd = NONE;

  private long clusterEnd = NONE;
  private long scaleNs = DEFAULT_SCALE_NS;
  private long clusterTime = NONE;
  private boolean clusterSeen;
  private MatroskaEvent.@Nullable End end;
  private @Nullable MatroskaException broken;

  /** Reads {@code in} to its end; closing it stays with the caller. Buffer it if it is slow. */
  public MatroskaReader(InputStream in) {
    this.in = new EbmlInput(in);
  }

  /**
   * The next event; after {@link MatroskaEvent.End} that again.
   *
   * @throws IOException as the stream throws it
   * @throws MatroskaException when the bytes are not Matroska; again and again, until {@link
   *     #resync}
   */
  public MatroskaEvent next() throws IOException, MatroskaException {
    while (true) {
      MatroskaEvent event = ready.poll();
      if (event != null) {
        return event;
      }
      if (end != null) {
        return end;
      }
      if (broken != null) {
        throw broken;
      }
      try {
        step();
      } catch (EbmlInput.EndInside e) {
        end = new MatroskaEvent.End(true, in.offset());
      } catch (MatroskaException e) {
        broken = e;
      }
    }
  }

  /**
   * After a {@link MatroskaException}: goes to the next EBML header, where reading can go on as at
   * the start of a stream. What lies between is lost.
   *
   * @return whether there is one; else the next event is the end
   * @throws IOException as the stream throws it
   */
  public boolean resync() throws IOException {
    if (broken == null || end != null) {
      return end == null;
    }
    broken = null;
    segmentEnd = NONE;
    clusterEnd = NONE;
    boolean found = in.toHeader();
    if (!found) {
      end = new MatroskaEvent.End(true, in.offset());
    }
    return found;
  }

  /** Bytes read so far. */
  public long offset() {
    return in.offset();
  }

  private void step() throws IOException, MatroskaException, EbmlInput.EndInside {
    closeFinished();
    long start = in.offset();
    int id = in.id();
    if (id == -1) {
      // Only what has no size of its own may end with the stream.
      end = new MatroskaEvent.End(segmentEnd >= 0 || clusterEnd >= 0, start);
      return;
    }
    long size = in.size();
    if (clusterEnd == EbmlInput.UNKNOWN && Ids.isOutsideCluster(id)) {
      clusterEnd = NONE;
    }
    boolean outermost = id == Ids.EBML || id == Ids.SEGMENT;
    if (outermost && clusterEnd == NONE && segmentEnd == EbmlInput.UNKNOWN) {
      segmentEnd = NONE;
    }
    requireInside(id, size, start);
    if (clusterEnd != NONE) {
      inCluster(id, size, start);
    } else if (segmentEnd != NONE) {
      inSegment(id, size, start);
    } else {
      outside(id, size, start);
    }
  }

  private void closeFinished() {
    if (clusterEnd == in.offset()) {
      clusterEnd = NONE;
    }
    if (segmentEnd == in.offset() && clusterEnd == NONE) {
      segmentEnd = NONE;
    }
  }

  /** Refuses an element that reaches beyond the cluster or segment it stands in. */
  private void requireInside(int id, long size, long start) throws MatroskaException {
    long parentEnd = clusterEnd >= 0 ? clusterEnd : segmentEnd;
    if (parentEnd >= 0 && (in.offset() > parentEnd || size > parentEnd - in.offset())) {
      throw new MatroskaException(
          "element %s of %d bytes reaches beyond its parent, which ends at byte %d"
              .formatted(Ids.hex(id), size, parentEnd),
          start);
    }
    boolean mayBeUnknown = id == Ids.SEGMENT || id == Ids.CLUSTER;
    if (size == EbmlInput.UNKNOWN && !mayBeUnknown) {
      throw new MatroskaException("element " + Ids.hex(id) + " has no size", start);
    }
  }

  private void outside(int id, long size, long start)
      throws IOException, MatroskaException, EbmlInput.EndInside {
    switch (id) {
      case Ids.EBML -> header(body(size, LARGEST_DESCRIPTION, id, start));
      case Ids.SEGMENT -> {
        segmentEnd = endOf(size);
        clusterSeen = false;
        scaleNs = DEFAULT_SCALE_NS;
        tracks.clear();
        ready.add(new MatroskaEvent.SegmentStart(start));
      }
      case Ids.VOID, Ids.CRC_32 -> skip(size, id, start);
      default ->
          throw new MatroskaException(
              "element " + Ids.hex(id) + " where an EBML header or a segment was due", start);
    }
  }

  private static void header(EbmlCursor header) throws MatroskaException {
    while (header.hasNext()) {
      switch (header.next()) {
        case Ids.DOC_TYPE -> {
          String type = header.text();
          if (!type.equals("matroska") && !type.equals("webm")) {
            throw new MatroskaException("the document is no Matroska", header.offset());
          }
        }
        case Ids.EBML_READ_VERSION -> header.number(1);
        case Ids.EBML_MAX_ID_LENGTH -> header.number(4);
        case Ids.EBML_MAX_SIZE_LENGTH -> header.number(8);
        default -> {
          // Versions that need no answer.
        }
      }
    }
  }

  private void inSegment(int id, long size, long start)
      throws IOException, MatroskaException, EbmlInput.EndInside {
    switch (id) {
      case Ids.INFO -> info(body(size, LARGEST_DESCRIPTION, id, start));
      case Ids.TRACKS -> ready.addAll(tracks.read(body(size, LARGEST_DESCRIPTION, id, start)));
      case Ids.TAGS -> {
        Map<String, String> found = new LinkedHashMap<>();
        tags(body(size, LARGEST_DESCRIPTION, id, start), found);
        ready.add(new MatroskaEvent.Tags(found, clusterSeen));
      }
      case Ids.CLUSTER -> {
        clusterEnd = endOf(size);
        clusterTime = NONE;
        clusterSeen = true;
      }
      case Ids.EBML, Ids.SEGMENT ->
          throw new MatroskaException(
              "a segment that ends at byte %d holds another header".formatted(segmentEnd), start);
      default -> {
        requireKnown(segmentEnd != EbmlInput.UNKNOWN || Ids.mayStandInSegment(id), id, start);
        skip(size, id, start);
      }
    }
  }

  private void info(EbmlCursor info) throws MatroskaException {
    while (info.hasNext()) {
      if (info.next() == Ids.TIMESTAMP_SCALE) {
        scaleNs = info.number(Integer.MAX_VALUE);
        if (scaleNs == 0) {
          throw new MatroskaException("a time scale of 0", info.offset());
        }
      }
    }
  }

  /** Simple tags at any depth under {@code Tags}; depth is bounded by the element's own size. */
  private static void tags(EbmlCursor tags, Map<String, String> found) throws MatroskaException {
    while (tags.hasNext()) {
      if (tags.next() == Ids.TAG) {
        EbmlCursor tag = tags.inside();
        while (tag.hasNext()) {
          if (tag.next() == Ids.SIMPLE_TAG) {
            simpleTag(tag.inside(), found);
          }
        }
      }
    }
  }

  private static void simpleTag(EbmlCursor tag, Map<String, String> found)
      throws MatroskaException {
    String name = "";
    String value = "";
    while (tag.hasNext()) {
      switch (tag.next()) {
        case Ids.TAG_NAME -> name = tag.text();
        case Ids.TAG_STRING -> value = tag.text();
        default -> {
          // Languages, and tags inside tags, which KVS does not write.
        }
      }
    }
    found.put(name, value);
  }

  private void inCluster(int id, long size, long start)
      throws IOException, MatroskaException, EbmlInput.EndInside {
    switch (id) {
      case Ids.TIMESTAMP -> {
        requireAtMost(size, Long.BYTES, id, start);
        clusterTime = EbmlCursor.number(in.bytes((int) size), start);
        ready.add(new MatroskaEvent.ClusterStart(milliseconds(clusterTime, 0, start)));
      }
      case Ids.SIMPLE_BLOCK -> {
        requireAtMost(size, LARGEST_BLOCK, id, start);
        long at = in.offset();
        BlockParser.Block block = BlockParser.parse(in.bytes((int) size), at);
        frames(block, block.keyframeFlag(), start);
      }
      case Ids.BLOCK_GROUP -> blockGroup(body(size, LARGEST_BLOCK, id, start), start);
      default -> {
        if (Ids.isOutsideCluster(id)) {
          throw new MatroskaException(
              "element %s inside a cluster that ends at byte %d".formatted(Ids.hex(id), clusterEnd),
              start);
        }
        requireKnown(clusterEnd != EbmlInput.UNKNOWN || Ids.mayStandInCluster(id), id, start);
        skip(size, id, start);
      }
    }
  }

  /** In a parent without an end of its own, what is foreign is garbage and not an extension. */
  private static void requireKnown(boolean known, int id, long start) throws MatroskaException {
    if (!known) {
      throw new MatroskaException(
          "element %s does not belong where it stands".formatted(Ids.hex(id)), start);
    }
  }

  /** Passes over an element that says nothing to us, unless it would hide the rest of a stream. */
  private void skip(long size, int id, long start)
      throws IOException, MatroskaException, EbmlInput.EndInside {
    requireAtMost(size, LARGEST_SKIPPED, id, start);
    in.skip(size);
  }

  private void blockGroup(EbmlCursor group, long start) throws MatroskaException {
    BlockParser.Block block = null;
    boolean keyframe = true;
    while (group.hasNext()) {
      switch (group.next()) {
        case Ids.BLOCK -> block = BlockParser.parse(group.body(), group.offset());
        case Ids.REFERENCE_BLOCK -> keyframe = false;
        default -> {
          // Durations, additions and padding.
        }
      }
    }
    if (block == null) {
      throw new MatroskaException("a block group without a block", start);
    }
    frames(block, keyframe, start);
  }

  private void frames(BlockParser.Block block, boolean keyframe, long start)
      throws MatroskaException {
    if (!tracks.isVideo(block.track(), start)) {
      return;
    }
    if (clusterTime == NONE) {
      throw new MatroskaException("a block before its cluster's time", start);
    }
    long frameNs = tracks.frameDurationNs(block.track());
    for (int i = 0; i < block.frames().size(); i++) {
      long time = milliseconds(clusterTime, block.relative(), start) + i * frameNs / NS_PER_MS;
      ready.add(new MatroskaEvent.Frame(block.frames().get(i), time, keyframe, block.track()));
    }
  }

  private long milliseconds(long cluster, int relative, long start) throws MatroskaException {
    if (cluster > LONGEST_TIME / scaleNs) {
      throw new MatroskaException("a time of " + cluster + " units of " + scaleNs + " ns", start);
    }
    return Math.floorDiv((cluster + relative) * scaleNs, NS_PER_MS);
  }

  private EbmlCursor body(long size, int most, int id, long start)
      throws IOException, MatroskaException, EbmlInput.EndInside {
    requireAtMost(size, most, id, start);
    long at = in.offset();
    return EbmlCursor.over(in.bytes((int) size), at);
  }

  private static void requireAtMost(long size, int most, int id, long start)
      throws MatroskaException {
    if (size > most) {
      throw new MatroskaException(
          "element %s of %d bytes; at most %d are read".formatted(Ids.hex(id), size, most), start);
    }
  }

  private long endOf(long size) {
    return size == EbmlInput.UNKNOWN ? EbmlInput.UNKNOWN : in.offset() + size;
  }
}
