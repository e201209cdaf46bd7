package io.kvsinfer.worker.source.getmedia;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as it comes in. A read waits no longer than it may, so a connection that is
 * dead without a word is noticed; no more is taken from the network than is read. Read by one
 * thread, closed by any.
 */
final class MediaBody extends InputStream implements BodySubscriber<InputStream> {
  private sealed interface Piece {
    record Bytes(List<ByteBuffer> buffers) implements Piece {}

    record End(@Nullable Throwable failure) implements Piece {}
  }

  private final Duration idle;
  private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
  private volatile Flow.@Nullable Subscription subscription;
  private volatile boolean closed;
  private List<ByteBuffer> current = List.of();
  private int at;
  private Piece.@Nullable End end;

  /**
   * @param idle how long a read waits for a byte
   */
  MediaBody(Duration idle) {
    this.idle = idle;
  }

  @Override
  public CompletionStage<InputStream> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    if (closed) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> item) {
    pieces.add(new Piece.Bytes(item));
  }

  @Override
  public void onError(Throwable throwable) {
    pieces.add(new Piece.End(throwable));
  }

  @Override
  public void onComplete() {
    pieces.add(new Piece.End(null));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    ByteBuffer buffer = buffer();
    if (buffer == null) {
      return -1;
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(target, offset, count);
    return count;
  }

  @Override
  public int available() {
    return at < current.size() ? current.get(at).remaining() : 0;
  }

  /** A buffer with something in it, waiting for one; null at the end. */
  private @Nullable ByteBuffer buffer() throws IOException {
    while (true) {
      if (closed) {
        throw new IOException("the connection was closed");
      }
      while (at < current.size()) {
        if (current.get(at).hasRemaining()) {
          return current.get(at);
        }
        at++;
      }
      if (end == null) {
        take();
      }
      if (end != null) {
        if (end.failure() != null) {
          throw new IOException("the connection broke: " + words(end.failure()), end.failure());
        }
        return null;
      }
    }
  }

  private void take() throws IOException {
    try {
      Piece piece = pieces.poll(idle.toNanos(), TimeUnit.NANOSECONDS);
      switch (piece) {
        case null -> throw new IdleException("nothing came for " + idle.toSeconds() + " s");
        case Piece.Bytes(var buffers) -> {
          current = buffers;
          at = 0;
          Flow.Subscription from = subscription;
          if (from != null) {
            from.request(1);
          }
        }
        case Piece.End last -> end = last;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private static String words(Throwable failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }

  @Override
  public void close() {
    closed = true;
    Flow.Subscription from = subscription;
    if (from != null) {
      from.cancel();
    }
    pieces.add(new Piece.End(null));
  }
}
