package io.kvsinfer.local.kvs;

import io.kvsinfer.local.fault.Effect;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API GetMedia: fragments from a start on, then each as it comes. */
final class GetMedia {
  private static final Logger log = LoggerFactory.getLogger(GetMedia.class);
  private static final int CONNECTIONS_PER_STREAM = 3;
  private static final int FRAGMENTS_PER_SECOND = 5;

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
      Optional<Fragment> next = stream.fragments().awaitAfter(after, left);
      if (next.isEmpty() || left.isNegative()) {
        return;
      }
      Optional<Effect.InBandError> error = faults.mediaError(stream.name());
      if (error.isPresent()) {
        answer.error(next.get(), error.get().id(), error.get().code());
        return;
      }
      after = next.get().number();
      try {
        answer.live(next.get(), options.clock().instant());
      } catch (UncheckedIOException e) {
        // Dropped by the bound or the retention between finding and reading it: not kept, so not
        // there to read.
        log.debug("stream {}: {}", stream.name(), e.getMessage());
      }
      if (options.enforceLimits()) {
        TimeUnit.MILLISECONDS.sleep(1000 / FRAGMENTS_PER_SECOND);
      }
    }
  }
}
