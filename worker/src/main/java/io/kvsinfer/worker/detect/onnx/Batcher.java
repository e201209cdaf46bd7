package io.kvsinfer.worker.detect.onnx;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Brings requests of several threads together into one run. The first of them waits for others, at
 * most for a set time, and does the run for all; while it waits for its turn on the device, more
 * may join. A run that fails fails those in it and nobody else. Thread-safe.
 *
 * @param <I> what a thread brings
 * @param <O> what it gets
 */
final class Batcher<I, O> {
  private final Duration wait;
  private final Turns turns;
  private final Function<List<I>, List<O>> runner;
  private Batch<I, O> open = new Batch<>();
  private int most = 1;

  /** Whose turn it is to use the device. */
  interface Turns {
    void take();

    void giveBack();
  }

  private static final class Batch<I, O> {
    private final List<I> inputs = new ArrayList<>();
    private final CompletableFuture<List<O>> answers = new CompletableFuture<>();
  }

  /**
   * @param wait at most for others; none = runs at once, with whoever came while waiting for a turn
   * @param turns taken for each run
   * @param runner gives as many answers as inputs, in their order
   */
  Batcher(Duration wait, Turns turns, Function<List<I>, List<O>> runner) {
    this.wait = wait;
    this.turns = turns;
    this.runner = runner;
  }

  /** Lets batches be as large as that, if they may not be larger already. */
  synchronized void allow(int size) {
    most = Math.max(most, size);
  }

  /** Waits for the answer to {@code input}, alone or with others. */
  O run(I input) {
    Batch<I, O> mine;
    int place;
    synchronized (this) {
      mine = open;
      place = mine.inputs.size();
      mine.inputs.add(input);
      if (mine.inputs.size() == most) {
        // Who comes later begins another.
        open = new Batch<>();
        notifyAll();
      }
    }
    if (place == 0) {
      lead(mine);
    }
    try {
      return mine.answers.join().get(place);
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void lead(Batch<I, O> batch) {
    try {
      awaitOthers(batch);
      turns.take();
      try {
        synchronized (this) {
          if (open == batch) {
            open = new Batch<>();
          }
        }
        batch.answers.complete(runner.apply(batch.inputs));
      } finally {
        turns.giveBack();
      }
    } catch (RuntimeException | Error e) {
      batch.answers.completeExceptionally(e);
    } finally {
      synchronized (this) {
        if (open == batch) {
          open = new Batch<>();
        }
      }
    }
  }

  private synchronized void awaitOthers(Batch<I, O> batch) {
    long until = System.nanoTime() + wait.toNanos();
    boolean interrupted = false;
    while (open == batch) {
      long left = until - System.nanoTime();
      if (left <= 0 || interrupted) {
        break;
      }
      try {
        wait(left / 1_000_000, (int) (left % 1_000_000));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
