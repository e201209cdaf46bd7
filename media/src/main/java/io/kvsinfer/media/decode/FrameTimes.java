package io.kvsinfer.media.decode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParserContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Gives every packet of a stream its times. Files without them (raw H.264 and H.265) get them from
 * the frame rate: decoding order counts the frames, and where pictures are reordered, the picture
 * order count between two keyframes says when each is shown.
 */
final class FrameTimes implements AutoCloseable {
  /** Bound on frames held until the next keyframe tells their order. */
  private static final int LONGEST_GROUP = 1000;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Unordered(byte[] data, int pictureOrder, boolean keyframe) {}

  private final AVStream stream;
  private final double frameUs;
  private final int reorderDelay;
  private final ArrayDeque<Sample> ready = new ArrayDeque<>();
  private final List<Unordered> group = new ArrayList<>();
  private @Nullable AVCodecParserContext parser;
  private @Nullable AVCodecContext parserContext;
  private boolean untimed;
  private long count;
  private long groupStart;
  private long lastPresentUs;
  private boolean ended;

  FrameTimes(AVStream stream, double frameRate) {
    this.stream = stream;
    this.frameUs = FFmpeg.MICROSECONDS / frameRate;
    this.reorderDelay = Math.max(0, stream.codecpar().video_delay());
  }

  /** Samples given out or held so far. */
  long count() {
    return count;
  }

  boolean ended() {
    return ended;
  }

  @Nullable Sample poll() {
    return ready.poll();
  }

  void add(AVPacket packet) {
    boolean missing = packet.pts() == avutil.AV_NOPTS_VALUE;
    if (count == 0) {
      untimed = missing;
      if (untimed && reorderDelay > 0) {
        openParser();
      }
    }
    if (!untimed) {
      addTimed(packet, missing);
    } else if (reorderDelay == 0) {
      long at = Math.round(count * frameUs);
      ready.add(new Sample(Streams.bytes(packet), at, at, Streams.isKey(packet)));
    } else {
      if (Streams.isKey(packet) || group.size() >= LONGEST_GROUP) {
        order();
      }
      group.add(new Unordered(Streams.bytes(packet), pictureOrder(packet), Streams.isKey(packet)));
    }
    count++;
  }

  private void addTimed(AVPacket packet, boolean missing) {
    Sample sample = Streams.sample(packet, stream);
    if (missing && packet.dts() == avutil.AV_NOPTS_VALUE) {
      long next = lastPresentUs + Math.round(frameUs);
      sample = new Sample(sample.data(), next, next, sample.keyframe());
    }
    lastPresentUs = sample.presentUs();
    ready.add(sample);
  }

  void end() {
    order();
    ended = true;
  }

  private void order() {
    List<Integer> shown = new ArrayList<>();
    for (int i = 0; i < group.size(); i++) {
      shown.add(i);
    }
    shown.sort(Comparator.comparingInt(i -> group.get(i).pictureOrder()));
    long[] present = new long[group.size()];
    for (int rank = 0; rank < shown.size(); rank++) {
      present[shown.get(rank)] = Math.round((groupStart + rank) * frameUs);
    }
    for (int i = 0; i < group.size(); i++) {
      Unordered frame = group.get(i);
      long decode = Math.round((groupStart + i - reorderDelay) * frameUs);
      ready.add(new Sample(frame.data(), decode, present[i], frame.keyframe()));
    }
    groupStart += group.size();
    group.clear();
  }

  private void openParser() {
    int codec = stream.codecpar().codec_id();
    parser = FFmpeg.allocated("a parser", avcodec.av_parser_init(codec));
    parser.flags(parser.flags() | AVCodecParserContext.PARSER_FLAG_COMPLETE_FRAMES);
    parserContext = FFmpeg.allocated("a parser", avcodec.avcodec_alloc_context3(null));
    avcodec.avcodec_parameters_to_context(parserContext, stream.codecpar());
  }

  private int pictureOrder(AVPacket packet) {
    try (PointerPointer<BytePointer> out = new PointerPointer<>(1);
        IntPointer size = new IntPointer(1)) {
      AVCodecParserContext current = FFmpeg.allocated("a parser", parser);
      avcodec.av_parser_parse2(
          current,
          parserContext,
          out,
          size,
          packet.data(),
          packet.size(),
          avutil.AV_NOPTS_VALUE,
          avutil.AV_NOPTS_VALUE,
          0);
      return current.output_picture_number();
    }
  }

  @Override
  public void close() {
    if (parser != null) {
      avcodec.av_parser_close(parser);
      avcodec.avcodec_free_context(parserContext);
      parser = null;
      parserContext = null;
    }
  }
}
