package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.media.frame.Orientation;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
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
    return own(frame, time, Orientation.UPRIGHT);
  }

  /**
   * The same for pixels that are not stored upright. They are turned once somebody looks at them,
   * since most frames of a video are decoded for others' sake only.
   */
  static NativeFrame own(AVFrame frame, FrameTime time, Orientation orientation) {
    NativeObjects.opened();
    return new NativeFrame(new Picture(frame, orientation), time);
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
    requireOpen();
    return picture.width;
  }

  @Override
  public int height() {
    requireOpen();
    return picture.height;
  }

  @Override
  public FrameTime time() {
    return time;
  }

  @Override
  public VideoFrame retain() {
    requireOpen();
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
    requireOpen();
    return picture.upright();
  }

  private void requireOpen() {
    if (closed.get() || picture.frame == null) {
      throw new IllegalStateException("this picture is closed");
    }
  }

  private static final class Picture {
    final AtomicInteger references = new AtomicInteger(1);
    final int width;
    final int height;
    private final ReentrantLock turning = new ReentrantLock();
    private Orientation orientation;
    volatile @Nullable AVFrame frame;

    Picture(AVFrame frame, Orientation orientation) {
      this.frame = frame;
      this.orientation = orientation;
      this.width = orientation.swapsSides() ? frame.height() : frame.width();
      this.height = orientation.swapsSides() ? frame.width() : frame.height();
    }

    AVFrame upright() {
      turning.lock();
      try {
        AVFrame stored = Objects.requireNonNull(frame);
        if (orientation.isUpright()) {
          return stored;
        }
        byte[] bgr =
            orientation.upright(BgrPictures.toBgr(stored), stored.width(), stored.height());
        AVFrame turned = BgrPictures.allocate(bgr, width, height);
        frame = turned;
        orientation = Orientation.UPRIGHT;
        avutil.av_frame_free(stored);
        return turned;
      } finally {
        turning.unlock();
      }
    }

    void free() {
      AVFrame last = frame;
      frame = null;
      avutil.av_frame_free(last);
      NativeObjects.closed();
    }
  }
}
