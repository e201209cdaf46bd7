package io.kvsinfer.local.fault;

import io.kvsinfer.local.http.BrokenAnswer;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, gone wrong as asked. Whether a fault is due is asked at every write, so
 * that one also meets an answer that has been open for long. Not thread-safe.
 */
public final class TamperedOutput extends FilterOutputStream {
  private static final int SLICES_PER_SECOND = 10;
  private static final long SEED = 20_261_121;

  private final Supplier<Optional<Effect.Breakage>> due;
  private final Random noise = new Random(SEED);
  private Effect.@Nullable Breakage active;

  /** Bytes that pass before the active one happens. */
  private long unharmed;

  /** Bytes that are still to be replaced. */
  private long harmed;

  private long slowUntilNanos;

  public TamperedOutput(OutputStream out, Supplier<Optional<Effect.Breakage>> due) {
    super(out);
    this.due = due;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      if (active == null) {
        due.get().ifPresent(this::begin);
      }
      Effect.Breakage now = active;
      if (now == null) {
        out.write(bytes, at, end - at);
        return;
      }
      int pass = (int) Math.min(unharmed, end - at);
      out.write(bytes, at, pass);
      unharmed -= pass;
      at += pass;
      if (unharmed == 0) {
        at += happen(now, bytes, at, end - at);
      }
    }
  }

  private void begin(Effect.Breakage breakage) {
    active = breakage;
    unharmed =
        switch (breakage) {
          case Effect.Reset reset -> reset.afterBytes();
          case Effect.Stall stall -> stall.afterBytes();
          case Effect.Slowness slow -> 0;
          case Effect.Truncation cut -> cut.afterBytes();
          case Effect.Garbage garbage -> garbage.afterBytes();
        };
    if (breakage instanceof Effect.Garbage garbage) {
      harmed = garbage.bytes();
    }
    if (breakage instanceof Effect.Slowness slow) {
      slowUntilNanos = System.nanoTime() + slow.time().toNanos();
    }
  }

  /** Returns how many bytes it has dealt with. */
  private int happen(Effect.Breakage breakage, byte[] bytes, int at, int length)
      throws IOException {
    switch (breakage) {
      case Effect.Reset reset -> throw ended(BrokenAnswer.End.RESET);
      case Effect.Truncation cut ->
          throw ended(cut.clean() ? BrokenAnswer.End.COMPLETED : BrokenAnswer.End.CLOSED);
      case Effect.Stall stall -> {
        out.flush();
        pause(stall.time());
        active = null;
        return 0;
      }
      case Effect.Slowness slow -> {
        if (!slow.time().isZero() && System.nanoTime() - slowUntilNanos >= 0) {
          active = null;
          return 0;
        }
        int slice = (int) Math.min(length, Math.max(1, slow.bytesPerSecond() / SLICES_PER_SECOND));
        out.write(bytes, at, slice);
        out.flush();
        pause(Duration.ofNanos(1_000_000_000L * slice / slow.bytesPerSecond()));
        return slice;
      }
      case Effect.Garbage garbage -> {
        byte[] other = new byte[(int) Math.min(length, harmed)];
        noise.nextBytes(other);
        out.write(other);
        harmed -= other.length;
        active = harmed > 0 ? garbage : null;
        return other.length;
      }
    }
  }

  private BrokenAnswer ended(BrokenAnswer.End end) throws IOException {
    out.flush();
    return new BrokenAnswer(end);
  }

  private static void pause(Duration time) throws IOException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server ends");
    }
  }
}
