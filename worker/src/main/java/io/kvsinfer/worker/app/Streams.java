package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.hls.HlsStart;

/** Opens the streams of cameras. Thread-safe. */
interface Streams {
  /**
   * A source that connects at its first {@code next}; the caller closes it.
   *
   * @throws FrameSourceException when the settings name a stream that cannot be read
   */
  FragmentSource open(CameraSettings camera, HlsStart start);
}
