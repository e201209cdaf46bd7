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

  /**
   * What {@link #detect} saw in its last frame below the thresholds, down to half of them, best
   * first. It counts as nothing, but an object that is known already can be followed by it.
   */
  default List<Detection> faint() {
    return List.of();
  }

  /** Models that take part, for the events. */
  List<ModelRef> models();

  /** Where it runs, as {@code cpu} or {@code cuda:0}. */
  String device();

  @Override
  void close();
}
