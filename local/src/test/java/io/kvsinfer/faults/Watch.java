package io.kvsinfer.faults;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A camera, whoever starts its workers, and the process that watches it now. */
abstract class Watch {
  final Run run;
  final Footage footage;
  private final AtomicReference<@Nullable ProcessHandle> process = new AtomicReference<>();
  private final Thread thread;

  Watch(Run run, Footage footage) {
    this.run = run;
    this.footage = footage;
    this.thread = Thread.ofVirtual().unstarted(this::watchOrSayWhyNot);
  }

  /** Keeps a worker at the camera until all of its footage has been seen. */
  abstract void watch() throws IOException, InterruptedException;

  final void start() {
    thread.start();
  }

  final boolean ended() {
    return !thread.isAlive();
  }

  final void interrupt() {
    thread.interrupt();
  }

  /** The worker's process; empty while there is none. */
  final Optional<ProcessHandle> process() {
    return Optional.ofNullable(process.get()).filter(ProcessHandle::isAlive);
  }

  final void watchedBy(@Nullable ProcessHandle now) {
    process.set(now);
  }

  private void watchOrSayWhyNot() {
    try {
      watch();
    } catch (IOException | InterruptedException | RuntimeException e) {
      run.broken(e);
    }
  }
}
