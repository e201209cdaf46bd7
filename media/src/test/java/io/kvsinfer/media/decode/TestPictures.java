package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.media.frame.VideoTrack;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Pictures with known colours, and short ways through the package. */
final class TestPictures {
  static final Instant EPOCH = Instant.parse("2026-11-21T00:00:00Z");

  private TestPictures() {}

  static FrameTime time(long us, boolean keyframe) {
    return new FrameTime(EPOCH.plusNanos(1000 * us), null, null, us / 1000, keyframe, keyframe);
  }

  static FrameTime noTime() {
    return time(0, true);
  }

  /** One colour everywhere. */
  static byte[] plain(int width, int height, int blue, int green, int red) {
    byte[] bgr = new byte[3 * width * height];
    for (int i = 0; i < bgr.length; i += 3) {
      bgr[i] = (byte) blue;
      bgr[i + 1] = (byte) green;
      bgr[i + 2] = (byte) red;
    }
    return bgr;
  }

  /** A rectangle of one colour on what is there. */
  static void fill(byte[] bgr, int width, int x0, int y0, int x1, int y1, int b, int g, int r) {
    for (int y = y0; y < y1; y++) {
      for (int x = x0; x < x1; x++) {
        int at = 3 * (y * width + x);
        bgr[at] = (byte) b;
        bgr[at + 1] = (byte) g;
        bgr[at + 2] = (byte) r;
      }
    }
  }

  static int[] pixel(byte[] bgr, int width, int x, int y) {
    int at = 3 * (y * width + x);
    return new int[] {bgr[at] & 0xff, bgr[at + 1] & 0xff, bgr[at + 2] & 0xff};
  }

  /** The JPEG with an Exif segment that says how the camera was held, 1 to 8. */
  static byte[] oriented(byte[] jpeg, int orientation) {
    ByteBuffer out = ByteBuffer.allocate(jpeg.length + 36);
    out.put(jpeg, 0, 2).putShort((short) 0xffe1).putShort((short) 34);
    out.put("Exif\0\0MM\0*".getBytes(StandardCharsets.ISO_8859_1)).putInt(8);
    // One entry: tag 0x112, one short, its value in the first half of four bytes; no further table.
    out.putShort((short) 1).putShort((short) 0x112).putShort((short) 3).putInt(1);
    out.putShort((short) orientation).putShort((short) 0).putInt(0);
    return out.put(jpeg, 2, jpeg.length - 2).array();
  }

  static EncodedFrame encoded(VideoTrack track, Sample sample) {
    return new EncodedFrame(track, sample.data(), time(sample.presentUs(), sample.keyframe()));
  }

  /** A clip of a white square that moves a step a frame over dark blue. */
  static List<Sample> clip(H264Encoder encoder, int width, int height, int frames, int fps)
      throws MediaException {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < frames; i++) {
      byte[] bgr = plain(width, height, 120, 30, 20);
      int x = 4 * i % (width - 32);
      fill(bgr, width, x, 16, x + 32, 48, 255, 255, 255);
      samples.addAll(encoder.encodeBgr(bgr, 1_000_000L * i / fps));
    }
    samples.addAll(encoder.finish());
    return samples;
  }
}
