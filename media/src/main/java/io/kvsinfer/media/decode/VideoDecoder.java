package io.kvsinfer.media.decode;

import io.kvsinfer.media.decode.DecoderChoice.Opened;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.media.frame.VideoTrack;
import java.util.ArrayDeque;
import java.util.TreeMap;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one track, on NVDEC where there is an NVIDIA GPU and it takes the track, else in
 * software; {@link #hardware} says which. Send a frame, then receive until there is none: a frame
 * may give no picture yet, or several. Each picture carries the time of the frame it came from,
 * also where pictures are shown in another order than they are decoded, and is upright as the track
 * says.
 *
 * <p>Not thread-safe. A new track needs a new decoder.
 */
public final class VideoDecoder implements AutoCloseable {
  /** Pictures that may wait to be received. */
  private static final int MOST_WAITING = 64;

  /** Times of the last frames sent, more than any decoder holds pictures back. */
  private static final int TIMES_KEPT = 128;

  /** Damage to the access unit itself, as against a reference picture that is missing. */
  private static final int DAMAGED =
      AVFrame.FF_DECODE_ERROR_INVALID_BITSTREAM | AVFrame.FF_DECODE_ERROR_DECODE_SLICES;

  private final VideoTrack track;
  private AVCodecContext context;
  private Hardware hardware;
  private @Nullable String refusal;
  private final AVPacket packet;
  private final TreeMap<Long, FrameTime> times = new TreeMap<>();
  private final ArrayDeque<NativeFrame> waiting = new ArrayDeque<>();
  private long ordinal;
  private boolean shown;
  private boolean ended;
  private boolean closed;

  private VideoDecoder(VideoTrack track, Opened opened) {
    this.track = track;
    this.context = opened.context();
    this.hardware = opened.hardware();
    this.refusal = opened.refusal();
    this.packet = FFmpeg.allocated("a packet", avcodec.av_packet_alloc());
  }

  /** A decoder on the caller's thread only, which is what many cameras in one process need. */
  public static VideoDecoder open(VideoTrack track) throws MediaException {
    return open(track, 1);
  }

  /**
   * A decoder for {@code track}.
   *
   * @param threads threads that FFmpeg may use; with more than one, pictures come later
   * @throws MediaException when FFmpeg has no decoder for it or refuses its codec private data
   */
  public static VideoDecoder open(VideoTrack track, int threads) throws MediaException {
    FFmpeg.load();
    Opened opened = DecoderChoice.open(track, threads, DecoderChoice.hardware());
    NativeObjects.opened();
    return new VideoDecoder(track, opened);
  }

  /** A copy in FFmpeg's memory with the zeroes behind it that its bit readers rely on. */
  static BytePointer padded(byte[] bytes) {
    long size = bytes.length + (long) avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
    Pointer memory = FFmpeg.allocated("codec private data", avutil.av_mallocz(size));
    return new BytePointer(memory).put(bytes, 0, bytes.length);
  }

  /** Where it decodes; what began on a GPU may go on in software. */
  public Hardware hardware() {
    return hardware;
  }

  /** Why it decodes in software although there is a GPU; null where none is or it works. */
  public @Nullable String refusal() {
    return refusal;
  }

  /** The track it was opened for. */
  public VideoTrack track() {
    return track;
  }

  /**
   * Decodes one access unit; its pictures, and those it releases, are then to be received.
   *
   * @throws MediaException when a frame is damaged. No picture of it comes; decoding goes on with
   *     the next frame.
   */
  public void send(EncodedFrame frame) throws MediaException {
    requireOpen();
    if (ended) {
      throw new IllegalStateException("the end was announced; reset first");
    }
    if (!track.equals(frame.track())) {
      throw new IllegalArgumentException(
          "a frame of " + frame.track() + " needs another decoder than that of " + track);
    }
    if (waiting.size() >= MOST_WAITING) {
      throw new IllegalStateException(waiting.size() + " pictures wait to be received");
    }
    if (frame.data().length == 0) {
      throw new MediaException("empty frame at " + where(frame.time()));
    }
    long id = ordinal++;
    fill(frame, id);
    times.put(id, frame.time());
    if (times.size() > TIMES_KEPT) {
      times.pollFirstEntry();
    }
    int result = avcodec.avcodec_send_packet(context, packet);
    if (result < 0 && hardware == Hardware.NVDEC && !shown) {
      // A GPU tells only now that it does not take this profile or size, or has no room for it.
      goOnInSoftware();
      result = avcodec.avcodec_send_packet(context, packet);
    }
    avcodec.av_packet_unref(packet);
    if (result < 0) {
      times.remove(id);
    }
    FrameTime damaged = drain();
    if (result < 0) {
      throw FFmpeg.failure(
          "%s frame of %d bytes at %s"
              .formatted(track.codec(), frame.data().length, where(frame.time())),
          result);
    }
    if (damaged != null) {
      throw new MediaException("damaged %s frame at %s".formatted(track.codec(), where(damaged)));
    }
  }

  private void goOnInSoftware() throws MediaException {
    Opened software = DecoderChoice.open(track, 1, Hardware.NONE);
    avcodec.avcodec_free_context(context);
    context = software.context();
    hardware = software.hardware();
    refusal = "NVDEC does not take its profile or size, or has no room";
  }

  private void fill(EncodedFrame frame, long id) {
    byte[] data = frame.data();
    if (avcodec.av_new_packet(packet, data.length) < 0) {
      throw new IllegalStateException("FFmpeg could not allocate " + data.length + " bytes");
    }
    packet.data().put(data, 0, data.length);
    packet.pts(id);
    packet.dts(id);
    if (frame.time().keyframe()) {
      packet.flags(packet.flags() | avcodec.AV_PKT_FLAG_KEY);
    }
  }

  /** The next picture in the order of presentation, to be closed by the caller; null for none. */
  public @Nullable VideoFrame receive() {
    requireOpen();
    return waiting.poll();
  }

  /** No more frames come: the pictures still held back become receivable. */
  public void end() {
    requireOpen();
    if (!ended) {
      ended = true;
      avcodec.avcodec_send_packet(context, null);
      drain();
    }
  }

  /** Forgets all that was sent, as before a jump to another keyframe. */
  public void reset() {
    requireOpen();
    ended = false;
    avcodec.avcodec_flush_buffers(context);
    times.clear();
    dropWaiting();
  }

  /** Collects what the decoder has; the time of a damaged picture that was dropped, if any. */
  private @Nullable FrameTime drain() {
    FrameTime damaged = null;
    AVFrame frame = FFmpeg.allocated("a picture", avutil.av_frame_alloc());
    while (avcodec.avcodec_receive_frame(context, frame) >= 0) {
      FrameTime time = timeOf(frame.pts());
      if (time != null && (frame.decode_error_flags() & DAMAGED) == 0) {
        waiting.add(NativeFrame.own(frame, time, track.orientation()));
        shown = true;
        frame = FFmpeg.allocated("a picture", avutil.av_frame_alloc());
      } else {
        damaged = time != null ? time : damaged;
        avutil.av_frame_unref(frame);
      }
    }
    avutil.av_frame_free(frame);
    return damaged;
  }

  /** Times stay until they are old: an access unit may give two pictures. */
  private @Nullable FrameTime timeOf(long id) {
    return id == avutil.AV_NOPTS_VALUE && !times.isEmpty()
        ? times.lastEntry().getValue()
        : times.get(id);
  }

  private static String where(FrameTime time) {
    return time.fragmentNumber() == null
        ? time.capturedAt().toString()
        : "%s (fragment %s + %d ms)"
            .formatted(time.capturedAt(), time.fragmentNumber(), time.offsetMs());
  }

  private void dropWaiting() {
    waiting.forEach(NativeFrame::close);
    waiting.clear();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this decoder is closed");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      dropWaiting();
      avcodec.av_packet_free(packet);
      avcodec.avcodec_free_context(context);
      NativeObjects.closed();
    }
  }
}
