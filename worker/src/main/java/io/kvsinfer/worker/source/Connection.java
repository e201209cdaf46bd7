package io.kvsinfer.worker.source;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state of one source and the steps it may take: start → connecting → connected or error;
 * connected → reconnecting → connected or error; closed from anywhere. A failed try while
 * connecting or reconnecting changes nothing. Thread-safe.
 */
public final class Connection {
  private final Consumer<ConnectionState> listener;
  private ConnectionState state = ConnectionState.DISCONNECTED;
  private @Nullable String trouble;
  private boolean closed;

  /**
   * @param listener told the first state and every later one, in order; must not block
   */
  public Connection(Consumer<ConnectionState> listener) {
    this.listener = listener;
    listener.accept(state);
  }

  /** Starts. No effect once started or closed. */
  public synchronized void start() {
    if (state == ConnectionState.DISCONNECTED) {
      become(ConnectionState.CONNECTING);
    }
  }

  /** Media can be read. */
  public synchronized void connected() {
    trouble = null;
    if (state == ConnectionState.CONNECTING || state == ConnectionState.RECONNECTING) {
      become(ConnectionState.CONNECTED);
    }
  }

  /**
   * Reading failed for now.
   *
   * @param why in a sentence
   */
  public synchronized void broken(String why) {
    trouble = why;
    if (state == ConnectionState.CONNECTED) {
      become(ConnectionState.RECONNECTING);
    }
  }

  /** The source gave up. Final but for {@link #close}. */
  public synchronized void failed() {
    if (state != ConnectionState.DISCONNECTED) {
      become(ConnectionState.ERROR);
    }
  }

  /** Final. */
  public synchronized void close() {
    if (state != ConnectionState.DISCONNECTED) {
      become(ConnectionState.DISCONNECTED);
    }
    closed = true;
  }

  public synchronized ConnectionState state() {
    return state;
  }

  /** Why the newest try failed; empty before one does and once media can be read again. */
  public synchronized Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  private void become(ConnectionState next) {
    if (!closed && state != next) {
      state = next;
      listener.accept(next);
    }
  }
}
