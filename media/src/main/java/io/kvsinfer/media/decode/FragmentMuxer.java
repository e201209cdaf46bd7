package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.VideoTrack;
import java.util.List;

/**
 * Writes fragmented MP4 as HLS plays it: an init segment per track and a media segment per
 * fragment. Times are written in microseconds, so those of {@link Sample} come back exactly.
 */
public final class FragmentMuxer {
  private static final int DEFAULT_BASE_IS_MOOF = 0x020000;
  private static final int OFFSET_DURATION_SIZE_FLAGS_COMPOSITION = 0x000f01;
  private static final long SYNC_SAMPLE = 0x02000000;
  private static final long OTHER_SAMPLE = 0x01010000;
  private static final int TRUN_OFFSET_FIELD = 16;

  private FragmentMuxer() {}

  /**
   * {@code ftyp} and {@code moov}.
   *
   * @throws IllegalArgumentException when the track is not H.264 with {@code avcC} or H.265 with
   *     {@code hvcC}
   */
  public static byte[] init(VideoTrack track) {
    TrackBoxes.requireSupported(track);
    ByteWriter out = new ByteWriter();
    out.box("ftyp").text("iso5").u32(512).text("iso5").text("iso6").text("mp41").end();
    out.box("moov");
    TrackBoxes.movieHeader(out, 1000, 0);
    TrackBoxes.track(out, track, 0, FFmpeg.MICROSECONDS, 0, FragmentMuxer::emptyTables);
    out.box("mvex").box("trex", 0, 0).u32(TrackBoxes.TRACK_ID).u32(1).u32(0).u32(0).u32(0);
    out.end().end().end();
    return out.toByteArray();
  }

  private static void emptyTables(ByteWriter out) {
    out.box("stts", 0, 0).u32(0).end();
    out.box("stsc", 0, 0).u32(0).end();
    out.box("stsz", 0, 0).u32(0).u32(0).end();
    out.box("stco", 0, 0).u32(0).end();
  }

  /**
   * {@code styp}, {@code moof} and {@code mdat}.
   *
   * @param sequenceNumber of the fragment, rising from 1
   * @param samples length-prefixed, in decoding order, with times that are not negative
   * @param fragmentDurationUs from the first sample to the end of the last, in microseconds
   */
  public static byte[] segment(
      VideoTrack track, int sequenceNumber, List<Sample> samples, long fragmentDurationUs) {
    TrackBoxes.requireSupported(track);
    if (samples.isEmpty() || samples.getFirst().decodeUs() < 0) {
      throw new IllegalArgumentException(
          samples.isEmpty()
              ? "a segment without samples"
              : "a segment that starts at " + samples.getFirst().decodeUs() + " us");
    }
    ByteWriter out = new ByteWriter();
    out.box("styp").text("msdh").u32(0).text("msdh").text("msix").end();
    int moof = out.length();
    out.box("moof");
    out.box("mfhd", 0, 0).u32(sequenceNumber).end();
    out.box("traf");
    out.box("tfhd", 0, DEFAULT_BASE_IS_MOOF).u32(TrackBoxes.TRACK_ID).end();
    out.box("tfdt", 1, 0).u64(samples.getFirst().decodeUs()).end();
    int trun = out.length();
    out.box("trun", 1, OFFSET_DURATION_SIZE_FLAGS_COMPOSITION).u32(samples.size()).u32(0);
    long end = samples.getFirst().decodeUs() + fragmentDurationUs;
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      long next = i + 1 < samples.size() ? samples.get(i + 1).decodeUs() : end;
      long duration = next - sample.decodeUs();
      if (duration < 0 || duration > 0xffff_ffffL) {
        throw new IllegalArgumentException(
            "sample %d at %d us is followed by %d us".formatted(i, sample.decodeUs(), next));
      }
      out.u32(duration).u32(sample.data().length);
      out.u32(sample.keyframe() ? SYNC_SAMPLE : OTHER_SAMPLE);
      out.u32(compositionOffset(sample));
    }
    out.end().end().end();
    out.box("mdat");
    out.patch(trun + TRUN_OFFSET_FIELD, out.length() - moof);
    samples.forEach(sample -> out.bytes(sample.data()));
    return out.end().toByteArray();
  }

  private static long compositionOffset(Sample sample) {
    long offset = sample.presentUs() - sample.decodeUs();
    if (offset < Integer.MIN_VALUE || offset > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a sample decoded at %d us and shown at %d us"
              .formatted(sample.decodeUs(), sample.presentUs()));
    }
    return offset;
  }
}
