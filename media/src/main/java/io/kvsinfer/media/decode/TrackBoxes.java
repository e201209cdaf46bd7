package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.Orientation;
import io.kvsinfer.media.frame.VideoTrack;
import java.util.function.Consumer;

/** The boxes that describe one video track (ISO/IEC 14496-12, 8.3 to 8.8). */
final class TrackBoxes {
  static final int TRACK_ID = 1;
  private static final int LANGUAGE_UND = 0x55c4;

  private TrackBoxes() {}

  /** Refuses tracks for which there is no sample entry here. */
  static void requireSupported(VideoTrack track) {
    boolean known = track.codec() == Codec.H264 || track.codec() == Codec.H265;
    if (!known
        || track.codecPrivate().length == 0
        || AnnexB.startsWithStartCode(track.codecPrivate())) {
      throw new IllegalArgumentException(
          "MP4 needs H264 with avcC or H265 with hvcC, not "
              + track
              + "; AnnexB.track makes it from parameter sets");
    }
  }

  static void movieHeader(ByteWriter out, long timescale, long duration) {
    out.box("mvhd", 1, 0).u64(0).u64(0).u32(timescale).u64(duration);
    out.u32(0x10000).u16(0x100).zeroes(10);
    matrix(out, Orientation.UPRIGHT);
    out.zeroes(24).u32(TRACK_ID + 1).end();
  }

  /**
   * Everything about the one track, in a box of its own.
   *
   * @param tables writes {@code stts} and the other tables of samples
   */
  static void track(
      ByteWriter out,
      VideoTrack track,
      long movieDuration,
      long timescale,
      long duration,
      Consumer<ByteWriter> tables) {
    int[] size = DecoderConfiguration.size(track);
    out.box("trak");
    out.box("tkhd", 1, 3).u64(0).u64(0).u32(TRACK_ID).u32(0).u64(movieDuration);
    out.zeroes(16);
    matrix(out, track.orientation());
    out.u32((long) size[0] << 16).u32((long) size[1] << 16).end();
    out.box("mdia");
    out.box("mdhd", 1, 0).u64(0).u64(0).u32(timescale).u64(duration).u16(LANGUAGE_UND).u16(0).end();
    out.box("hdlr", 0, 0).u32(0).text("vide").zeroes(12).text("video").u8(0).end();
    out.box("minf");
    out.box("vmhd", 0, 1).zeroes(8).end();
    out.box("dinf").box("dref", 0, 0).u32(1).box("url ", 0, 1).end().end().end();
    out.box("stbl");
    sampleEntry(out, track, size);
    tables.accept(out);
    out.end().end().end().end();
  }

  private static void sampleEntry(ByteWriter out, VideoTrack track, int[] size) {
    boolean avc = track.codec() == Codec.H264;
    out.box("stsd", 0, 0).u32(1).box(avc ? "avc1" : "hvc1");
    out.zeroes(6).u16(1).zeroes(16).u16(size[0]).u16(size[1]);
    out.u32(0x480000).u32(0x480000).u32(0).u16(1).zeroes(32).u16(0x18).u16(0xffff);
    out.box(avc ? "avcC" : "hvcC").bytes(track.codecPrivate()).end().end().end();
  }

  /** Numbers of 16.16; the turned picture lies where it likes, which players look after. */
  private static void matrix(ByteWriter out, Orientation held) {
    out.u32(held.a() << 16).u32(held.b() << 16).u32(0);
    out.u32(held.c() << 16).u32(held.d() << 16).u32(0);
    out.u32(0).u32(0).u32(0x40000000);
  }
}
