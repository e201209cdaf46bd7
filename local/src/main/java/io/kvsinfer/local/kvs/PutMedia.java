package io.kvsinfer.local.kvs;

import io.kvsinfer.local.http.HttpRequest;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.media.mkv.MatroskaEvent;
import io.kvsinfer.media.mkv.MatroskaException;
import io.kvsinfer.media.mkv.MatroskaReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The API PutMedia: Matroska comes in as it is made, each cluster a fragment; acknowledgements go
 * out as JSON lines meanwhile. An error is acknowledged with the service's number and name and ends
 * the connection.
 */
final class PutMedia {
  private static final int CONNECTIONS_PER_STREAM = 1;

  /** Amazon's producer puts it after the last frame of all, then waits for the acknowledgement. */
  private static final String END_OF_FRAGMENT = "AWS_KINESISVIDEO_END_OF_FRAGMENT";

  private final Connections connections = new Connections("PutMedia", CONNECTIONS_PER_STREAM);
  private final Streams streams;
  private final RateLimits limits;
  private final KvsServer.Options options;

  PutMedia(Streams streams, RateLimits limits, KvsServer.Options options) {
    this.streams = streams;
    this.limits = limits;
    this.options = options;
  }

  Reply putMedia(HttpRequest request) {
    Optional<String> name = request.header("x-amzn-stream-name");
    Optional<String> arn = request.header("x-amzn-stream-arn");
    if (name.isPresent() == arn.isPresent()) {
      throw ApiException.invalid("Either x-amzn-stream-name or x-amzn-stream-arn must be given.");
    }
    VideoStream stream = name.map(streams::named).or(() -> arn.map(streams::withArn)).orElseThrow();
    limits.check("PutMedia", stream.name(), 5);
    Instant zero = zero(request);
    return new Reply.Streamed(
        "application/json",
        (in, out) -> new Upload(stream, zero, out).run(in),
        connections.open(stream));
  }

  /** The time that timecode 0 stands for. */
  private static Instant zero(HttpRequest request) {
    return switch (request.header("x-amzn-fragment-timecode-type").orElse("")) {
      case "ABSOLUTE" -> Instant.EPOCH;
      case "RELATIVE" -> start(request.header("x-amzn-producer-start-timestamp").orElse(""));
      default ->
          throw ApiException.invalid("x-amzn-fragment-timecode-type must be ABSOLUTE or RELATIVE.");
    };
  }

  /** Seconds since 1970, as the reference says, or a date and time, as AWS's own client sends. */
  private static Instant start(String text) {
    if (text.matches("\\d{1,11}(\\.\\d+)?")) {
      return Instant.ofEpochMilli(new BigDecimal(text).movePointRight(3).longValue());
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw ApiException.invalid(
          "x-amzn-producer-start-timestamp must be seconds since 1970 or an ISO 8601 time in UTC"
              + " where timecodes are RELATIVE.");
    }
  }

  /** One connection. */
  private final class Upload {
    private static final long LARGEST = 50L << 20;
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final VideoStream stream;
    private final Instant zero;
    private final OutputStream acks;
    private @Nullable VideoTrack track;
    private @Nullable PutFragment open;
    private @Nullable ComingFragment coming;
    private final long endNanos = System.nanoTime() + options.mediaConnectionLife().toNanos();
    private long lastTimecode = Long.MIN_VALUE;

    Upload(VideoStream stream, Instant zero, OutputStream acks) {
      this.stream = stream;
      this.zero = zero;
      this.acks = acks;
    }

    void run(InputStream in) throws IOException {
      MatroskaReader reader = new MatroskaReader(new BufferedInputStream(in));
      try {
        while (take(reader.next())) {
          // Until the end, or the first error.
        }
      } catch (MatroskaException e) {
        fail(4006, "INVALID_MKV_DATA");
      } finally {
        giveUp();
      }
    }

    /** Returns whether to go on. */
    private boolean take(MatroskaEvent event) throws IOException {
      return switch (event) {
        case MatroskaEvent.Track t -> {
          finish(Long.MIN_VALUE);
          track = t.track();
          yield true;
        }
        case MatroskaEvent.ClusterStart cluster -> begin(cluster.timecodeMs());
        case MatroskaEvent.Frame frame -> add(frame);
        case MatroskaEvent.End end -> {
          if (!end.truncated()) {
            finish(Long.MIN_VALUE);
          }
          yield false;
        }
        case MatroskaEvent.SegmentStart segment -> true;
        case MatroskaEvent.Tags tags -> {
          if (tags.tags().containsKey(END_OF_FRAGMENT)) {
            finish(Long.MIN_VALUE);
          }
          yield true;
        }
      };
    }

    private boolean begin(long timecode) throws IOException {
      finish(timecode);
      Instant now = options.clock().instant();
      open = new PutFragment(timecode, now, stream.numberFor(now));
      if (System.nanoTime() - endNanos >= 0) {
        return fail(4003, "MAX_CONNECTION_DURATION_REACHED");
      }
      if (timecode < lastTimecode) {
        return fail(4004, "FRAGMENT_TIMECODE_LESSER_THAN_PREVIOUS");
      }
      lastTimecode = timecode;
      ack("BUFFERING", timecode, Map.of("FragmentNumber", open.number()));
      return true;
    }

    private boolean add(MatroskaEvent.Frame frame) throws IOException {
      if (open == null || !open.add(frame)) {
        return fail(4006, "INVALID_MKV_DATA");
      }
      show(open, frame);
      if (open.bytes() > LARGEST) {
        return fail(4001, "MAX_FRAGMENT_SIZE_REACHED");
      }
      if (open.spanMs() > LONGEST.toMillis()) {
        return fail(4002, "MAX_FRAGMENT_DURATION_REACHED");
      }
      return true;
    }

    /** Lets readers of GetMedia see the frame at once. */
    private void show(PutFragment fragment, MatroskaEvent.Frame frame) {
      if (fragment.frames() == 1 && track != null) {
        giveUp();
        coming =
            stream
                .begin(
                    fragment.number(),
                    zero.plusMillis(fragment.timecodeMs()),
                    fragment.arrived(),
                    track)
                .orElse(null);
      }
      if (coming != null) {
        coming.add(fragment.shown(frame));
      }
    }

    private void giveUp() {
      if (coming != null) {
        stream.giveUp(coming);
        coming = null;
      }
    }

    /** Stores the open fragment, if there is one with frames. */
    private void finish(long nextTimecode) throws IOException {
      PutFragment done = open;
      open = null;
      if (done == null || done.isEmpty() || track == null) {
        return;
      }
      ComingFragment shown = coming;
      coming = null;
      Fragment stored =
          shown != null
              ? stream.finish(shown, done.samples(), done.durationUs(nextTimecode))
              : stream.ingest(
                  done.number(),
                  zero.plusMillis(done.timecodeMs()),
                  done.arrived(),
                  options.clock().instant(),
                  track,
                  done.samples(),
                  done.durationUs(nextTimecode));
      Map<String, Object> number = Map.of("FragmentNumber", stored.number());
      ack("RECEIVED", done.timecodeMs(), number);
      if (stream.description().retentionHours() > 0) {
        ack("PERSISTED", done.timecodeMs(), number);
      }
    }

    private boolean fail(int id, String code) throws IOException {
      long timecode = 0;
      Map<String, Object> error = new LinkedHashMap<>();
      if (open != null) {
        timecode = open.timecodeMs();
        error.put("FragmentNumber", open.number());
      }
      open = null;
      giveUp();
      error.put("ErrorId", id);
      error.put("ErrorCode", code);
      ack("ERROR", timecode, error);
      return false;
    }

    private void ack(String type, long timecode, Map<String, ?> more) throws IOException {
      Map<String, Object> ack = new LinkedHashMap<>();
      ack.put("EventType", type);
      ack.put("FragmentTimecode", timecode);
      ack.putAll(more);
      acks.write(Reply.bytes(ack));
      acks.write("\r\n".getBytes(StandardCharsets.US_ASCII));
      acks.flush();
    }
  }
}
