package io.kvsinfer.media.decode;

import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;

/** FFmpeg's libraries, which take some tenths of a second to load. */
public final class NativeDecoding {
  private static final AtomicBoolean BEGUN = new AtomicBoolean();

  private NativeDecoding() {}

  /**
   * Begins to load them, once in a process, on a thread of its own: meanwhile the network can be
   * asked for what they will decode. Whoever needs them before they are there waits.
   */
  public static void prepare() {
    if (BEGUN.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("load-ffmpeg").start(NativeDecoding::load);
    }
  }

  private static void load() {
    FFmpeg.load();
    var _ = avcodec.avcodec_find_decoder(avcodec.AV_CODEC_ID_H264);
    var _ = avformat.av_find_input_format("mov");
  }
}
