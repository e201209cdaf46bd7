package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.VideoTrack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the first video track of a file (MP4, MOV, Matroska, AVI, MPEG-TS, raw H.264 or H.265 and
 * what else FFmpeg knows) or of an RTSP camera. Close may come from any thread and ends a read that
 * blocks; so does interrupting the reading thread.
 */
public final class FileDemuxer implements AutoCloseable {
  private static final String RTSP_TIMEOUT_US = "10000000";
  private static final double FALLBACK_RATE = 25;

  /** One for all: JavaCPP has room for a few callbacks only. The flag travels as its argument. */
  private static final Interrupt INTERRUPT = new Interrupt();

  private static final class Interrupt extends AVIOInterruptCB.Callback_Pointer {
    @Override
    public int call(Pointer flag) {
      // Nothing may be thrown from here: it would end the process.
      try {
        boolean stop = new IntPointer(flag).get() != 0;
        return stop || Thread.currentThread().isInterrupted() ? 1 : 0;
      } catch (RuntimeException | Error e) {
        return 1;
      }
    }
  }

  private final String name;
  private final AVFormatContext context;
  private final IntPointer abort;
  private final AVStream stream;
  private final VideoTrack track;
  private final double frameRate;
  private final FrameTimes times;
  private final AVPacket packet;
  private final ReentrantLock reading = new ReentrantLock();
  private final AtomicBoolean closing = new AtomicBoolean();

  private FileDemuxer(
      String name, AVFormatContext context, IntPointer abort, AVStream stream, VideoTrack track) {
    this.name = name;
    this.context = context;
    this.abort = abort;
    this.stream = stream;
    this.track = track;
    this.frameRate = frameRate(context, stream);
    this.times = new FrameTimes(stream, frameRate);
    this.packet = FFmpeg.allocated("a packet", avcodec.av_packet_alloc());
  }

  /**
   * Opens a file, or a camera by its {@code rtsp://} address.
   *
   * @throws MediaException when there is no such file, it is not media, or holds no video that can
   *     be decoded
   */
  public static FileDemuxer open(String pathOrUrl) throws MediaException {
    FFmpeg.load();
    String lower = pathOrUrl.toLowerCase(Locale.ROOT);
    boolean rtsp = lower.startsWith("rtsp://") || lower.startsWith("rtsps://");
    if (!rtsp && !Files.isRegularFile(Path.of(pathOrUrl))) {
      throw new MediaException(pathOrUrl + " is no file, and no rtsp:// address");
    }
    String name = rtsp ? "RTSP camera" : pathOrUrl;
    IntPointer abort = new IntPointer(1).put(0);
    AVFormatContext context = FFmpeg.allocated("a demuxer", avformat.avformat_alloc_context());
    context.interrupt_callback().callback(INTERRUPT).opaque(abort);
    AVDictionary options = new AVDictionary(null);
    boolean done = false;
    try {
      avutil.av_dict_set(
          options, "protocol_whitelist", rtsp ? "rtsp,rtp,udp,tcp,tls,crypto" : "file", 0);
      if (rtsp) {
        avutil.av_dict_set(options, "rtsp_transport", "tcp", 0);
        avutil.av_dict_set(options, "timeout", RTSP_TIMEOUT_US, 0);
      }
      // On failure FFmpeg frees the context itself and leaves a null pointer.
      FFmpeg.check(
          name,
          avformat.avformat_open_input(
              context, rtsp ? pathOrUrl : "file:" + pathOrUrl, (AVInputFormat) null, options));
      FFmpeg.check(name, avformat.avformat_find_stream_info(context, (AVDictionary) null));
      AVStream stream = Streams.firstVideo(context, name);
      FileDemuxer demuxer = new FileDemuxer(name, context, abort, stream, track(stream, name));
      done = true;
      NativeObjects.opened();
      return demuxer;
    } finally {
      avutil.av_dict_free(options);
      if (!done) {
        if (!context.isNull()) {
          avformat.avformat_close_input(context);
        }
        abort.close();
      }
    }
  }

  /** A phone stores what its sensor saw and says in the track how it was held. */
  private static VideoTrack track(AVStream stream, String name) throws MediaException {
    return Streams.track(stream.codecpar(), name).held(DisplayMatrix.of(stream.codecpar()));
  }

  private static double frameRate(AVFormatContext context, AVStream stream) {
    AVRational rate = avformat.av_guess_frame_rate(context, stream, null);
    return rate.num() > 0 && rate.den() > 0 ? (double) rate.num() / rate.den() : FALLBACK_RATE;
  }

  /** The track of the samples. */
  public VideoTrack track() {
    return track;
  }

  /** Frames per second as the file says or FFmpeg estimates; 25 where nothing is known. */
  public double frameRate() {
    return frameRate;
  }

  /**
   * The next sample in decoding order; null at the end. Where the file has no times of its own,
   * they follow from the frame rate and the order of presentation.
   *
   * @throws MediaException when the file is damaged, or was closed meanwhile
   */
  public @Nullable Sample next() throws MediaException {
    reading.lock();
    try {
      if (closing.get()) {
        throw new MediaException(name + " was closed");
      }
      while (true) {
        Sample ready = times.poll();
        if (ready != null || times.ended()) {
          return ready;
        }
        read();
      }
    } finally {
      reading.unlock();
    }
  }

  private void read() throws MediaException {
    int result = avformat.av_read_frame(context, packet);
    if (closing.get()) {
      throw new MediaException(name + " was closed while it was read");
    }
    if (result == avutil.AVERROR_EOF) {
      times.end();
      return;
    }
    FFmpeg.check(name + " after sample " + times.count(), result);
    if (packet.stream_index() == stream.index() && packet.size() > 0) {
      times.add(packet);
    }
    avcodec.av_packet_unref(packet);
  }

  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    abort.put(1);
    reading.lock();
    try {
      times.close();
      avcodec.av_packet_free(packet);
      avformat.avformat_close_input(context);
      abort.close();
      NativeObjects.closed();
    } finally {
      reading.unlock();
    }
  }
}
