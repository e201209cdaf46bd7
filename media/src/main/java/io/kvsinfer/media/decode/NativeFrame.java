package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.FrameTime;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * One reference to a picture of FFmpeg's. The picture is freed with the last reference; closing a
 * reference twice does nothing.
 */
final class NativeFrame implements VideoFrame {
  private final Picture picture;
  private final FrameTime time;
  private final AtomicBoolean closed = new AtomicBoolean();

  private NativeFrame(Picture picture, FrameTime time) {
    this.picture = picture;
    this.time = time;
  }

  /** Takes the picture over: it is freed when the returned frame and what it retains are closed. */
  static NativeFrame own(AVFrame frame, FrameTime time) {
    NativeObjects.opened();
    return new NativeFrame(new Picture(frame), time);
  }

  /** A picture of FFmpeg's behind {@code frame}. */
  static AVFrame of(VideoFrame frame) {
    if (frame instanceof NativeFrame nativeFrame) {
      return nativeFrame.open();
    }
    throw new IllegalArgumentException(
        "a picture of this package is needed, not a " + frame.getClass().getName());
  }

  @Override
  public int width() {
    return open().width();
  }

  @Override
  public int height() {
    return open().height();
  }

  @Override
  public FrameTime time() {
    return time;
  }

  @Override
  public VideoFrame retain() {
    open();
    picture.references.incrementAndGet();
    return new NativeFrame(picture, time);
  }

  @Override
  public byte[] toBgr() {
    return BgrPictures.toBgr(open());
  }

  @Override
  public byte[] toBgr(int left, int top, int width, int height) {
    return BgrPictures.toBgr(open(), left, top, width, height);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true) && picture.references.decrementAndGet() == 0) {
      picture.free();
    }
  }

  private AVFrame open() {
    AVFrame frame = picture.frame;
    if (closed.get() || frame == null) {
      throw new IllegalStateException("this picture is closed");
    }
    return frame;
  }

  private static final class Picture {
    final AtomicInteger references = new AtomicInteger(1);
    volatile @Nullable AVFrame frame;

    Picture(AVFrame frame) {
      this.frame = frame;
    }

    void free() {
      AVFrame last = frame;
      frame = null;
      avutil.av_frame_free(last);
      NativeObjects.closed();
    }
  }
}
