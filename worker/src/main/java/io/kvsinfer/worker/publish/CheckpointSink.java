package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.state.Checkpoint;

/** Where checkpoints are kept. Called on the publisher's thread. */
@FunctionalInterface
public interface CheckpointSink {
  /**
   * Keeps a checkpoint; when it throws, it is called again later.
   *
   * @return false when this worker may not: it no longer holds the camera's lease
   */
  boolean save(String cameraId, Checkpoint checkpoint);
}
