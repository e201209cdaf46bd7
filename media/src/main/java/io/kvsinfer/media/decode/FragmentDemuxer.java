package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.VideoTrack;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.avformat.Write_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Takes fragmented MP4 apart, as HLS delivers it: an init segment and one media segment. */
public final class FragmentDemuxer {
  private FragmentDemuxer() {}

  /**
   * What a segment holds.
   *
   * @param samples the first video track's, in decoding order, on the timeline of the segment's
   *     {@code tfdt} (edit lists are not applied)
   */
  public record Demuxed(VideoTrack track, List<Sample> samples) {
    public Demuxed {
      samples = List.copyOf(samples);
    }
  }

  /**
   * Reads a segment from memory. Nothing of it stays in native memory.
   *
   * @throws MediaException when the bytes are no MP4, are cut off, or hold no video that can be
   *     decoded
   */
  public static Demuxed demux(byte[] init, byte[] segment) throws MediaException {
    FFmpeg.load();
    BoxReader.requireWhole("init segment", init);
    BoxReader.requireWhole("media segment", segment);
    NativeObjects.opened();
    AVIOContext io = memory(init, segment);
    AVFormatContext context = FFmpeg.allocated("a demuxer", avformat.avformat_alloc_context());
    context.pb(io);
    AVDictionary options = new AVDictionary(null);
    try {
      AVInputFormat mov = avformat.av_find_input_format("mov");
      avutil.av_dict_set(options, "ignore_editlist", "1", 0);
      // On failure FFmpeg frees the context itself and leaves a null pointer.
      FFmpeg.check(
          "init segment of %d bytes".formatted(init.length),
          avformat.avformat_open_input(context, (String) null, mov, options));
      AVStream stream = Streams.firstVideo(context, "init segment");
      VideoTrack track = Streams.track(stream.codecpar(), "init segment");
      return new Demuxed(track, samples(context, stream, segment.length));
    } finally {
      avutil.av_dict_free(options);
      if (!context.isNull()) {
        avformat.avformat_close_input(context);
      }
      avutil.av_free(io.buffer());
      avformat.avio_context_free(io);
      NativeObjects.closed();
    }
  }

  private static AVIOContext memory(byte[] init, byte[] segment) {
    int size = Math.addExact(init.length, segment.length);
    Pointer memory =
        FFmpeg.allocated(
            "segment", avutil.av_malloc(size + (long) avcodec.AV_INPUT_BUFFER_PADDING_SIZE));
    BytePointer buffer = new BytePointer(memory);
    buffer.put(init, 0, init.length);
    buffer.position(init.length).put(segment, 0, segment.length);
    // Without a read callback the buffer is the whole file, so no Java code is ever called back.
    return FFmpeg.allocated(
        "reader",
        avformat.avio_alloc_context(
            buffer.position(0),
            size,
            0,
            null,
            (Read_packet_Pointer_BytePointer_int) null,
            (Write_packet_Pointer_BytePointer_int) null,
            (Seek_Pointer_long_int) null));
  }

  private static List<Sample> samples(AVFormatContext context, AVStream stream, int length)
      throws MediaException {
    List<Sample> samples = new ArrayList<>();
    AVPacket packet = FFmpeg.allocated("a packet", avcodec.av_packet_alloc());
    try {
      while (true) {
        int result = avformat.av_read_frame(context, packet);
        if (result == avutil.AVERROR_EOF) {
          return samples;
        }
        if (result < 0) {
          throw FFmpeg.failure(where(length, samples), result);
        }
        if (packet.stream_index() == stream.index()) {
          if ((packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0) {
            throw new MediaException(where(length, samples) + " is cut off");
          }
          samples.add(Streams.sample(packet, stream));
        }
        avcodec.av_packet_unref(packet);
      }
    } finally {
      avcodec.av_packet_free(packet);
    }
  }

  private static String where(int length, List<Sample> samples) {
    return "media segment of %d bytes, sample %d".formatted(length, samples.size());
  }
}
