package io.kvsinfer.worker.app;

import io.kvsinfer.worker.source.ConnectionState;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.SourceAccount;
import io.kvsinfer.worker.source.SourceEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** Hands on what it is given, in order, and then waits for more. */
final class ScriptedSource implements FragmentSource {
  private final Queue<Object> script = new ArrayDeque<>();
  private boolean waiting;
  private boolean closed;
  volatile boolean stalled;
  volatile ConnectionState state = ConnectionState.CONNECTED;
  volatile Optional<String> trouble = Optional.empty();

  /** Next come these, {@link SourceEvent}s or exceptions to throw. */
  synchronized ScriptedSource then(Iterable<?> more) {
    more.forEach(script::add);
    notifyAll();
    return this;
  }

  ScriptedSource then(Object event) {
    return then(List.of(event));
  }

  @Override
  public synchronized SourceEvent next() throws InterruptedException {
    while (!closed && script.isEmpty()) {
      waiting = true;
      notifyAll();
      wait();
    }
    waiting = false;
    if (closed) {
      return new SourceEvent.End();
    }
    Object next = script.remove();
    if (next instanceof RuntimeException e) {
      throw e;
    }
    return (SourceEvent) next;
  }

  /** Waits until everything was taken and more is asked for. */
  synchronized void awaitIdle() throws InterruptedException {
    while (!closed && !(waiting && script.isEmpty())) {
      wait();
    }
  }

  synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public ConnectionState state() {
    return state;
  }

  @Override
  public Optional<String> trouble() {
    return trouble;
  }

  @Override
  public boolean stalled() {
    return stalled;
  }

  @Override
  public SourceAccount account() {
    return new SourceAccount(0, 0, 0, 0, 0, 0, null, Duration.ZERO);
  }

  @Override
  public GapAccount gaps() {
    return GapAccount.NONE;
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
