package io.kvsinfer.worker.detect;

import io.kvsinfer.contract.event.IncidentEvent.ModelRef;
import io.kvsinfer.media.decode.VideoFrame;
import java.util.List;

/** Finds objects in frames. One thread at a time uses a detector. */
public interface Detector extends AutoCloseable {
  /** Does everything that the first frame would otherwise pay for. */
  void warmUp();

  /** What is seen in {@code frame}, thresholds and labels applied, best first. */
  List<Detection> detect(VideoFrame frame);

  /** Models that take part, for the events. */
  List<ModelRef> models();

  /** Where it runs, as {@code cpu} or {@code cuda:0}. */
  String device();

  @Override
  void close();
}
