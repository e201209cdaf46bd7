package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.VideoTrack;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes one video track to an MP4 file that any player opens. The file is whole once it is closed.
 * Not thread-safe.
 */
public final class Mp4FileWriter implements AutoCloseable {
  private static final long TIMESCALE = 90_000;
  private static final long MOVIE_TIMESCALE = 1000;
  private static final int MDAT_HEADER = 16;
  private static final int OFFSETS_ALL_SIGNED = 1;

  private record Entry(long offset, int size, long decodeUs, long presentUs, boolean keyframe) {}

  private final FileChannel channel;
  private final VideoTrack track;
  private final long mdat;
  private final List<Entry> entries = new ArrayList<>();
  private boolean closed;

  private Mp4FileWriter(FileChannel channel, VideoTrack track) throws IOException {
    this.channel = channel;
    this.track = track;
    write(
        new ByteWriter()
            .box("ftyp")
            .text("isom")
            .u32(512)
            .text("isom")
            .text("iso4")
            .text("mp41")
            .end()
            .toByteArray());
    this.mdat = channel.position();
    write(new ByteWriter().u32(1).text("mdat").u64(0).toByteArray());
  }

  /** A new file, in place of one that is there. */
  public static Mp4FileWriter create(Path file, VideoTrack track) throws IOException {
    TrackBoxes.requireSupported(track);
    FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    return new Mp4FileWriter(channel, track);
  }

  /** Adds the next sample in decoding order, length-prefixed. The file starts with the first. */
  public void add(Sample sample) throws IOException {
    if (closed) {
      throw new IllegalStateException("this file is closed");
    }
    entries.add(
        new Entry(
            channel.position(),
            sample.data().length,
            sample.decodeUs(),
            sample.presentUs(),
            sample.keyframe()));
    write(sample.data());
  }

  /** Writes the index and closes the file. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (channel) {
      long end = channel.position();
      write(movie());
      ByteBuffer size = ByteBuffer.allocate(Long.BYTES).putLong(end - mdat).flip();
      channel.write(size, mdat + MDAT_HEADER - Long.BYTES);
    }
  }

  private byte[] movie() {
    long[] durations = durations();
    long total = 0;
    for (long duration : durations) {
      total += duration;
    }
    long milliseconds = total * MOVIE_TIMESCALE / TIMESCALE;
    ByteWriter out = new ByteWriter().box("moov");
    TrackBoxes.movieHeader(out, MOVIE_TIMESCALE, milliseconds);
    TrackBoxes.track(out, track, milliseconds, TIMESCALE, total, boxes -> tables(boxes, durations));
    return out.end().toByteArray();
  }

  /** Differences of rounded times, so that rounding never adds up; the last lasts as its elder. */
  private long[] durations() {
    long[] durations = new long[entries.size()];
    for (int i = 0; i + 1 < durations.length; i++) {
      durations[i] = ticks(entries.get(i + 1).decodeUs()) - ticks(entries.get(i).decodeUs());
    }
    if (durations.length > 0) {
      durations[durations.length - 1] =
          durations.length > 1 ? durations[durations.length - 2] : TIMESCALE;
    }
    return durations;
  }

  private static long ticks(long us) {
    return Math.round(us * (double) TIMESCALE / FFmpeg.MICROSECONDS);
  }

  private void tables(ByteWriter out, long[] durations) {
    out.box("stts", 0, 0).u32(durations.length);
    for (long duration : durations) {
      out.u32(1).u32(duration);
    }
    out.end();
    out.box("ctts", OFFSETS_ALL_SIGNED, 0).u32(entries.size());
    for (Entry entry : entries) {
      out.u32(1).u32(ticks(entry.presentUs()) - ticks(entry.decodeUs()));
    }
    out.end();
    List<Integer> keyframes = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).keyframe()) {
        keyframes.add(i + 1);
      }
    }
    out.box("stss", 0, 0).u32(keyframes.size());
    keyframes.forEach(out::u32);
    out.end();
    out.box("stsc", 0, 0).u32(1).u32(1).u32(1).u32(1).end();
    out.box("stsz", 0, 0).u32(0).u32(entries.size());
    entries.forEach(entry -> out.u32(entry.size()));
    out.end();
    out.box("co64", 0, 0).u32(entries.size());
    entries.forEach(entry -> out.u64(entry.offset()));
    out.end();
  }

  private void write(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
