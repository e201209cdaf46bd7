package io.kvsinfer.worker.source.getmedia;

import io.kvsinfer.worker.source.KvsConnectionException;
import java.io.InputStream;

/** Opens the answers of GetMedia. Used by one thread, which an interrupt ends; closed by any. */
public interface MediaConnections extends AutoCloseable {

  /**
   * A stream of Matroska that goes on until somebody ends it. A read that waits ends with an {@link
   * java.io.IOException} where nothing comes for long, or the thread is interrupted.
   *
   * @throws KvsConnectionException where KVS refuses or does not answer
   */
  InputStream open(MediaStart start);

  /** Of the stream, for messages. */
  String name();

  @Override
  void close();
}
