package io.kvsinfer.worker.source.getmedia;

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
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One answer of GetMedia as fragments and frames. A fragment begins with the tags that number it,
 * before its cluster, and is whole with those behind it. Capture time is the producer's time of the
 * fragment plus the frame's offset from its first frame. Only the first video track of a segment is
 * read. Used by one thread.
 */
final class FragmentStream {
  private final MatroskaReader reader;
  private KvsTags tags = KvsTags.NONE;
  private boolean open;
  private MatroskaEvent.@Nullable Track track;
  private @Nullable VideoTrack known;
  private long firstMs;
  private boolean begun;

  /** Behind broken bytes: what comes before the next fragment is passed over. */
  private boolean lost;

  /**
   * @param in closed by the caller
   * @param chunk bytes that are read at once
   */
  FragmentStream(InputStream in, int chunk) {
    this.reader = new MatroskaReader(new BufferedInputStream(in, chunk));
  }

  /**
   * What comes next, waiting for it.
   *
   * @throws MatroskaException for bytes that cannot be read; {@link #resync} goes on behind them
   */
  MediaItem next() throws IOException, MatroskaException {
    while (true) {
      MediaItem item = item(reader.next());
      if (item != null) {
        return item;
      }
    }
  }

  /** After broken bytes: goes to the next header; false where there is none. */
  boolean resync() throws IOException {
    open = false;
    lost = true;
    tags = KvsTags.NONE;
    track = null;
    return reader.resync();
  }

  private @Nullable MediaItem item(MatroskaEvent event) throws MatroskaException {
    return switch (event) {
      case MatroskaEvent.SegmentStart segment -> {
        track = null;
        yield null;
      }
      case MatroskaEvent.Track found -> {
        if (track == null) {
          track = new MatroskaEvent.Track(same(found.track()), found.number());
        }
        yield null;
      }
      case MatroskaEvent.Tags found -> tags(KvsTags.of(found.tags()), found.afterCluster());
      case MatroskaEvent.ClusterStart cluster -> null;
      case MatroskaEvent.Frame frame -> frame(frame);
      case MatroskaEvent.End end -> new MediaItem.Ended(end.truncated());
    };
  }

  private @Nullable MediaItem tags(KvsTags read, boolean afterCluster) throws MatroskaException {
    if (read.isError()) {
      return new MediaItem.Failed(MediaError.of(read.errorId(), read.errorCode()));
    }
    String number = read.number();
    if (number != null && (!number.equals(tags.number()) || (!open && !afterCluster))) {
      if (read.producedAt() == null && read.serverAt() == null) {
        throw new MatroskaException("a fragment without a time", reader.offset());
      }
      if (!Numbers.isFragmentNumber(number)) {
        throw new MatroskaException("a fragment whose number is no number", reader.offset());
      }
      tags = read;
      open = true;
      begun = false;
      lost = false;
      return new MediaItem.Begin(read);
    }
    if (read.endsFragment() && open) {
      open = false;
      return new MediaItem.Whole(read);
    }
    return null;
  }

  private @Nullable MediaItem frame(MatroskaEvent.Frame frame) throws MatroskaException {
    MatroskaEvent.Track current = track;
    if (lost || current == null || frame.trackNumber() != current.number()) {
      return null;
    }
    Instant base = tags.producedAt() == null ? tags.serverAt() : tags.producedAt();
    if (!open || base == null) {
      throw new MatroskaException("a frame outside of a fragment", reader.offset());
    }
    boolean first = !begun;
    if (first) {
      begun = true;
      firstMs = frame.timecodeMs();
    }
    long offset = frame.timecodeMs() - firstMs;
    FrameTime time =
        new FrameTime(
            base.plusMillis(offset),
            tags.serverAt(),
            tags.number(),
            offset,
            frame.keyframe(),
            first);
    return new MediaItem.Frame(new EncodedFrame(current.track(), frame.data(), time));
  }

  /** The track as it was known before where nothing of it changed. */
  private VideoTrack same(VideoTrack read) {
    VideoTrack before = known;
    if (before != null && before.equals(read)) {
      return before;
    }
    known = read;
    return read;
  }
}
