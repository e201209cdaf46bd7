package io.kvsinfer.local.lambda;

import io.kvsinfer.embedded.EmbeddedServiceException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A function: one process of the packaged jar under AWS's runtime interface client. Invocations
 * wait for each other; a process that ended is started anew with the next one. Thread-safe.
 */
public final class LambdaRuntime implements LambdaFunction, AutoCloseable {
  private final FunctionDefinition function;
  private final Path log;
  private final ReentrantLock turn = new ReentrantLock(true);
  private final AtomicLong starts = new AtomicLong();
  private volatile @Nullable Sandbox sandbox;
  private volatile boolean closed;

  private LambdaRuntime(FunctionDefinition function, Path log) {
    this.function = function;
    this.log = log;
  }

  /**
   * Starts one; it is set up while the caller goes on.
   *
   * @param log file that the function's output is appended to
   */
  public static LambdaRuntime start(FunctionDefinition function, Path log) {
    LambdaRuntime runtime = new LambdaRuntime(function, log);
    runtime.process();
    return runtime;
  }

  @Override
  public String name() {
    return function.name();
  }

  /** Processes started so far. */
  public long starts() {
    return starts.get();
  }

  @Override
  public byte[] invoke(byte[] payload) throws FunctionException, InterruptedException {
    turn.lockInterruptibly();
    try {
      return process().invoke(payload);
    } catch (EmbeddedServiceException e) {
      throw new FunctionException("Runtime.StartError", String.valueOf(e.getMessage()));
    } finally {
      turn.unlock();
    }
  }

  private synchronized Sandbox process() {
    if (closed) {
      throw new IllegalStateException("function " + name() + " is closed");
    }
    Sandbox current = sandbox;
    if (current != null && current.isAlive()) {
      return current;
    }
    if (current != null) {
      current.close();
    }
    starts.incrementAndGet();
    Sandbox fresh = Sandbox.start(function, log);
    sandbox = fresh;
    return fresh;
  }

  /** Ends the process; an invocation under way fails. */
  @Override
  public synchronized void close() {
    closed = true;
    Sandbox current = sandbox;
    if (current != null) {
      current.close();
    }
  }
}
