package io.kvsinfer.examples.detector;

import io.kvsinfer.contract.event.IncidentEvent.ModelRef;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.media.decode.LumaScaler;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.Detector;
import java.util.List;

/** The box around everything bright in a frame. One thread at a time uses it. */
final class BrightSpotDetector implements Detector {
  private static final int WIDTH = 64;
  private static final int HEIGHT = 36;
  private static final double MOST = 255;

  private final BrightSpotParams params;
  private final LumaScaler scaler = new LumaScaler();

  BrightSpotDetector(BrightSpotParams params) {
    this.params = params;
  }

  @Override
  public void warmUp() {
    // Nothing that the first frame would have to wait for.
  }

  @Override
  public List<Detection> detect(VideoFrame frame) {
    byte[] luma = scaler.scale(frame, WIDTH, HEIGHT);
    int left = WIDTH;
    int top = HEIGHT;
    int right = 0;
    int bottom = 0;
    int bright = 0;
    int brightest = 0;
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int value = luma[y * WIDTH + x] & 0xff;
        if (value >= params.leastLuma()) {
          left = Math.min(left, x);
          top = Math.min(top, y);
          right = Math.max(right, x + 1);
          bottom = Math.max(bottom, y + 1);
          bright++;
          brightest = Math.max(brightest, value);
        }
      }
    }
    if (bright < params.leastPixels()) {
      return List.of();
    }
    Box box =
        new Box(left, top, right - left, bottom - top)
            .scaled((double) frame.width() / WIDTH, (double) frame.height() / HEIGHT);
    return List.of(new Detection("bright", brightest / MOST, box, List.of()));
  }

  @Override
  public List<ModelRef> models() {
    return List.of();
  }

  @Override
  public String device() {
    return "cpu";
  }

  @Override
  public void close() {
    scaler.close();
  }
}
