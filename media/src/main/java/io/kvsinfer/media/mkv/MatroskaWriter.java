package io.kvsinfer.media.mkv;

import io.kvsinfer.media.frame.VideoTrack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Writes Matroska with one video track as KVS sends and takes it: a header and a segment of unknown
 * size, tags, and clusters. Times are milliseconds. Not thread-safe; nothing is buffered or closed.
 */
public final class MatroskaWriter {
  private static final int TRACK = 1;
  private static final int VIDEO_TYPE = 1;
  private static final String APPLICATION = "kvs-infer";
  private static final int KEYFRAME = 0x80;

  private final OutputStream out;
  private long clusterMs;

  public MatroskaWriter(OutputStream out) {
    this.out = out;
  }

  /** EBML header, the start of a segment of unknown size, its information and its track. */
  public void header(VideoTrack track) throws IOException {
    Body header = new Body();
    header.number(Ids.EBML_VERSION, 1).number(Ids.EBML_READ_VERSION, 1);
    header.number(Ids.EBML_MAX_ID_LENGTH, 4).number(Ids.EBML_MAX_SIZE_LENGTH, 8);
    header.text(Ids.DOC_TYPE, "matroska");
    header.number(Ids.DOC_TYPE_VERSION, 4).number(Ids.DOC_TYPE_READ_VERSION, 2);
    Body info = new Body().number(Ids.TIMESTAMP_SCALE, 1_000_000);
    info.text(Ids.MUXING_APP, APPLICATION).text(Ids.WRITING_APP, APPLICATION);
    Body entry = new Body().number(Ids.TRACK_NUMBER, TRACK).number(Ids.TRACK_UID, TRACK);
    entry.number(Ids.TRACK_TYPE, VIDEO_TYPE);
    entry.text(Ids.CODEC_ID, TrackTable.codecId(track.codec()));
    if (track.codecPrivate().length > 0) {
      entry.element(Ids.CODEC_PRIVATE, track.codecPrivate());
    }
    Body video = new Body().number(Ids.PIXEL_WIDTH, track.width());
    entry.element(Ids.VIDEO, video.number(Ids.PIXEL_HEIGHT, track.height()));
    Body all = new Body().element(Ids.EBML, header).unknown(Ids.SEGMENT);
    all.element(Ids.INFO, info).element(Ids.TRACKS, new Body().element(Ids.TRACK_ENTRY, entry));
    all.writeTo(out);
  }

  /** One {@code Tags} element with these names and values, in the map's order. */
  public void tags(Map<String, String> tags) throws IOException {
    Body tag = new Body();
    tags.forEach((name, value) ->
        tag.element(
            Ids.SIMPLE_TAG, new Body().text(Ids.TAG_NAME, name).text(Ids.TAG_STRING, value)));
    new Body().element(Ids.TAGS, new Body().element(Ids.TAG, tag)).writeTo(out);
  }

  /** Begins a cluster of unknown size, which runs to the next cluster, tags or header. */
  public void startCluster(long timecodeMs) throws IOException {
    clusterMs = timecodeMs;
    new Body().unknown(Ids.CLUSTER).number(Ids.TIMESTAMP, timecodeMs).writeTo(out);
  }

  /**
   * A simple block in the cluster that was begun.
   *
   * @param timecodeMs when the frame is shown, at most 32.767 s from the cluster's time
   */
  public void frame(byte[] data, long timecodeMs, boolean keyframe) throws IOException {
    new Body().block(data, timecodeMs - clusterMs, keyframe).writeTo(out);
  }

  /** A whole cluster of known size, as GetMedia sends them; frames keep their own times. */
  public void cluster(long timecodeMs, List<MatroskaEvent.Frame> frames) throws IOException {
    Body body = new Body().number(Ids.TIMESTAMP, timecodeMs);
    frames.forEach(f -> body.block(f.data(), f.timecodeMs() - timecodeMs, f.keyframe()));
    new Body().element(Ids.CLUSTER, body).writeTo(out);
  }

  /** Elements one behind the other. */
  private static final class Body {
    private static final int SIZE_BYTES = 8;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Body element(int id, Body body) {
      return element(id, body.bytes.toByteArray());
    }

    Body element(int id, byte[] body) {
      id(id);
      size(body.length);
      bytes.writeBytes(body);
      return this;
    }

    Body unknown(int id) {
      id(id);
      bytes.write(1);
      for (int i = 1; i < SIZE_BYTES; i++) {
        bytes.write(0xff);
      }
      return this;
    }

    Body number(int id, long value) {
      id(id);
      int length = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 7) / 8);
      size(length);
      big(value, length);
      return this;
    }

    Body text(int id, String value) {
      return element(id, value.getBytes(StandardCharsets.UTF_8));
    }

    Body block(byte[] data, long relativeMs, boolean keyframe) {
      if (relativeMs < Short.MIN_VALUE || relativeMs > Short.MAX_VALUE) {
        throw new IllegalArgumentException(
            "a frame %d ms from its cluster; at most 32767 fit".formatted(relativeMs));
      }
      id(Ids.SIMPLE_BLOCK);
      size(data.length + 4L);
      bytes.write(0x80 | TRACK);
      big(relativeMs, 2);
      bytes.write(keyframe ? KEYFRAME : 0);
      bytes.writeBytes(data);
      return this;
    }

    void writeTo(OutputStream out) throws IOException {
      bytes.writeTo(out);
    }

    private void id(int id) {
      big(id, (Integer.SIZE - Integer.numberOfLeadingZeros(id) + 7) / 8);
    }

    /** The shortest size; all ones would mean that it is unknown. */
    private void size(long value) {
      int length = 1;
      while (value >= (1L << (7 * length)) - 1) {
        length++;
      }
      big(value | (1L << (7 * length)), length);
    }

    private void big(long value, int length) {
      for (int i = length - 1; i >= 0; i--) {
        bytes.write((int) (value >> (8 * i)));
      }
    }
  }
}
