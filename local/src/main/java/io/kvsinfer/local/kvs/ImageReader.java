package io.kvsinfer.local.kvs;

import io.kvsinfer.media.decode.JpegEncoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.decode.VideoDecoder;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decodes the pictures that were shown at given times, which must rise. Not thread-safe. */
final class ImageReader implements AutoCloseable {
  /** What there is at a time. */
  sealed interface Image {
    @SuppressWarnings("ArrayRecordComponent") // written once, never compared
    record Picture(byte[] file) implements Image {}

    record NoMedia() implements Image {}

    record Broken() implements Image {}
  }

  private final List<Fragment> fragments;
  private final TimestampType type;
  private final ImageStyle style;
  private final JpegEncoder jpeg = new JpegEncoder();

  /**
   * @param fragments by time
   */
  ImageReader(List<Fragment> fragments, TimestampType type, ImageStyle style) {
    this.fragments = fragments;
    this.type = type;
    this.style = style;
  }

  /** The picture on show at {@code time}. */
  Image at(Instant time) {
    Optional<Fragment> showing =
        fragments.reversed().stream().filter(f -> !f.timestamp(type).isAfter(time)).findFirst();
    if (showing.isEmpty()) {
      return new Image.NoMedia();
    }
    Fragment fragment = showing.get();
    long offsetUs = Duration.between(fragment.timestamp(type), time).toNanos() / 1000;
    if (offsetUs >= fragment.durationUs()) {
      return new Image.NoMedia();
    }
    try {
      return picture(fragment, offsetUs);
    } catch (MediaException e) {
      return new Image.Broken();
    } catch (UncheckedIOException e) {
      // Not kept any more by the time it is read.
      return new Image.NoMedia();
    }
  }

  private Image picture(Fragment fragment, long offsetUs) throws MediaException {
    List<Sample> samples = fragment.samples();
    long wantedUs = 0;
    for (Sample sample : samples) {
      if (sample.presentUs() <= offsetUs) {
        wantedUs = Math.max(wantedUs, sample.presentUs());
      }
    }
    try (VideoDecoder decoder = VideoDecoder.open(fragment.track())) {
      for (Sample sample : samples) {
        decoder.send(new EncodedFrame(fragment.track(), sample.data(), time(fragment, sample)));
        Image found = received(decoder, wantedUs);
        if (found != null) {
          return found;
        }
      }
      decoder.end();
      Image last = received(decoder, wantedUs);
      return last == null ? new Image.Broken() : last;
    }
  }

  /** Milliseconds are too coarse for some frame rates: the offset carries microseconds here. */
  private static FrameTime time(Fragment fragment, Sample sample) {
    return new FrameTime(
        fragment.producerTimestamp(),
        null,
        fragment.number(),
        sample.presentUs(),
        sample.keyframe(),
        false);
  }

  private @Nullable Image received(VideoDecoder decoder, long wantedUs) throws MediaException {
    for (VideoFrame next = decoder.receive(); next != null; next = decoder.receive()) {
      try (VideoFrame frame = next) {
        if (frame.time().offsetMs() >= wantedUs) {
          return new Image.Picture(
              style.encode(jpeg, frame.toBgr(), frame.width(), frame.height()));
        }
      }
    }
    return null;
  }

  @Override
  public void close() {
    jpeg.close();
  }
}
