package io.kvsinfer.worker.source.file;

import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.frame.EncodedFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A file's frames, a fragment at a time. Read by one thread; closed by any. */
interface FrameGroups extends AutoCloseable {

  /**
   * What is handed on at once.
   *
   * @param number KVS fragment number, null where the file has none
   * @param frames in decoding order, at least one
   */
  record Group(@Nullable String number, List<EncodedFrame> frames) {}

  /**
   * The next group, null at the end.
   *
   * @throws MediaException when the file is damaged or ends in the middle; what was whole before
   *     was given out
   */
  @Nullable Group next() throws MediaException;

  @Override
  void close();
}
