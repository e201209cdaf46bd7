package io.kvsinfer.local.kvs;

import io.kvsinfer.local.fault.Effect;
import io.kvsinfer.local.kvs.FragmentStore.Next;
import io.kvsinfer.media.frame.VideoTrack;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API GetMedia: fragments from a start on, then the frames of each as they come in. */
final class GetMedia {
  private static final Logger log = LoggerFactory.getLogger(GetMedia.class);
  private static final int CONNECTIONS_PER_STREAM = 3;

  /** Five fragments a second are sent at most. */
  private static final Duration SHORTEST = Duration.ofMillis(200);

  private final Streams streams;
  private final RateLimits limits;
  private final KvsServer.Options options;
  private final Faults faults;
  private final Connections connections = new Connections("GetMedia", CONNECTIONS_PER_STREAM);

  GetMedia(Streams streams, RateLimits limits, KvsServer.Options options, Faults faults) {
    this.streams = streams;
    this.limits = limits;
    this.options = options;
    this.faults = faults;
  }

  Reply getMedia(ApiRequest call) {
    StartSelector start = StartSelector.of(call);
    VideoStream stream = streams.of(call);
    limits.check("GetMedia", stream.name(), 5);
    String after = start.after(stream.fragments());
    return new Reply.Streamed(
        "video/webm", (in, out) -> send(stream, after, out), connections.open(stream));
  }

  /** Ends without a word when the connection's time is over, as the service does. */
  private void send(VideoStream stream, String start, OutputStream out)
      throws IOException, InterruptedException {
    MkvAnswer answer = new MkvAnswer(out);
    long end = System.nanoTime() + options.mediaConnectionLife().toNanos();
    String after = start;
    while (true) {
      Duration left = Duration.ofNanos(end - System.nanoTime());
      Optional<Next> next = stream.fragments().awaitAfter(after, left);
      if (next.isEmpty() || left.isNegative()) {
        return;
      }
      Optional<Effect.InBandError> error = faults.mediaError(stream.name());
      if (error.isPresent()) {
        answer.error(track(next.get()), error.get().id(), error.get().code());
        return;
      }
      long began = System.nanoTime();
      after = send(stream, next.get(), left, answer);
      if (options.enforceLimits()) {
        Duration taken = Duration.ofNanos(System.nanoTime() - began);
        Thread.sleep(SHORTEST.compareTo(taken) > 0 ? SHORTEST.minus(taken) : Duration.ZERO);
      }
    }
  }

  /** Returns the fragment's number, after which the answer goes on. */
  private String send(VideoStream stream, Next next, Duration patience, MkvAnswer answer)
      throws IOException, InterruptedException {
    return switch (next) {
      case Next.Coming(var fragment) -> {
        if (!answer.coming(fragment, patience, options.clock())) {
          log.debug("stream {}: fragment {} broke off", stream.name(), fragment.number());
        }
        yield fragment.number();
      }
      case Next.Kept(var fragment) -> {
        try {
          answer.live(fragment, options.clock().instant());
        } catch (UncheckedIOException e) {
          // Dropped by the bound or the retention between finding and reading it: not kept, so not
          // there to read.
          log.debug("stream {}: {}", stream.name(), e.getMessage());
        }
        yield fragment.number();
      }
    };
  }

  private static VideoTrack track(Next next) {
    return switch (next) {
      case Next.Coming(var fragment) -> fragment.track();
      case Next.Kept(var fragment) -> fragment.track();
    };
  }
}
