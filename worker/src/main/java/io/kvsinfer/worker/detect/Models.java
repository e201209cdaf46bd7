package io.kvsinfer.worker.detect;

/** The models of this process: manifest, files, one shared session per model and device. */
public interface Models extends AutoCloseable {
  @Override
  void close();
}
