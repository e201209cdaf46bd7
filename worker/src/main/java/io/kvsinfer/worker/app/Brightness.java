package io.kvsinfer.worker.app;

import io.kvsinfer.media.decode.LumaScaler;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.sample.MotionGate;
import io.kvsinfer.worker.sample.MotionPicture;

/** Shows a gate the brightness of frames. */
final class Brightness implements AutoCloseable {
  private final LumaScaler scaler = new LumaScaler();

  /** Whether anything moves in the frame. */
  boolean measure(MotionGate gate, VideoFrame frame) {
    MotionPicture size = MotionPicture.of(frame.width(), frame.height());
    byte[] grey = scaler.scale(frame, size.width(), size.height());
    return gate.measure(frame.time().capturedAt(), size, grey);
  }

  @Override
  public void close() {
    scaler.close();
  }
}
