package io.kvsinfer.local.kvs;

import io.kvsinfer.media.decode.Mp4FileWriter;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.VideoTrack;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The API GetClip: the fragments that start in a range, the first 200 of them and no more than 100
 * MB, as one MP4.
 */
final class Clip {
  private static final int MOST_FRAGMENTS = 200;
  private static final long MOST_BYTES = 100_000_000;

  private final Streams streams;
  private final RateLimits limits;

  Clip(Streams streams, RateLimits limits) {
    this.streams = streams;
    this.limits = limits;
  }

  Reply getClip(ApiRequest call) {
    ApiRequest selector = member(call, "ClipFragmentSelector");
    TimestampType type =
        selector
            .choice("FragmentSelectorType", TimestampType.class)
            .orElseThrow(() -> ApiException.invalid("FragmentSelectorType is missing."));
    ApiRequest range = member(selector, "TimestampRange");
    Instant start = time(range, "StartTimestamp");
    Instant end = time(range, "EndTimestamp");
    if (!end.isAfter(start)) {
      throw ApiException.invalid("EndTimestamp must be later than StartTimestamp.");
    }
    VideoStream stream = streams.of(call);
    limits.check("GetClip", stream.name(), 5);
    stream.requireRetention();
    List<Fragment> fragments =
        first(FragmentRange.select(stream.fragments().all(), type, start, end));
    if (fragments.isEmpty()) {
      throw ApiException.notFound("No fragments found in the stream for the clip request.");
    }
    check(fragments);
    return new Reply.Streamed("video/mp4", (in, out) -> send(fragments, type, out), () -> {});
  }

  private static ApiRequest member(ApiRequest request, String name) {
    return request.object(name).orElseThrow(() -> ApiException.invalid(name + " is missing."));
  }

  private static Instant time(ApiRequest range, String name) {
    return range.time(name).orElseThrow(() -> ApiException.invalid(name + " is missing."));
  }

  private static List<Fragment> first(List<Fragment> selected) {
    List<Fragment> first = new ArrayList<>();
    long bytes = 0;
    for (Fragment fragment : selected) {
      bytes += fragment.bytes();
      if (first.size() == MOST_FRAGMENTS || bytes > MOST_BYTES) {
        break;
      }
      first.add(fragment);
    }
    return first;
  }

  /** One track runs through a clip. */
  private static void check(List<Fragment> fragments) {
    VideoTrack track = fragments.getFirst().track();
    CodecStrings.of(track);
    for (Fragment fragment : fragments) {
      if (fragment.track().codec() != track.codec()) {
        throw ApiException.badRequest(
            "UnsupportedStreamMediaTypeException",
            "The codec ID of track 1 changes in the requested range, at fragment "
                + fragment.number()
                + ".");
      }
      if (!fragment.track().equals(track)) {
        throw ApiException.badRequest(
            "InvalidCodecPrivateDataException",
            "The codec private data of track 1 changes in the requested range, at fragment "
                + fragment.number()
                + ".");
      }
    }
  }

  private static void send(List<Fragment> fragments, TimestampType type, OutputStream out)
      throws IOException {
    Path file = Files.createTempFile("kvs-clip-", ".mp4");
    try {
      try (Mp4FileWriter mp4 = Mp4FileWriter.create(file, fragments.getFirst().track())) {
        write(fragments, type, mp4);
      }
      Files.copy(file, out);
      out.flush();
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Fragments keep their distance in time, but none begins before the one before it has ended. */
  private static void write(List<Fragment> fragments, TimestampType type, Mp4FileWriter mp4)
      throws IOException {
    Instant zero = fragments.getFirst().timestamp(type);
    long endUs = 0;
    for (Fragment fragment : fragments) {
      long atUs =
          Math.max(endUs, Duration.between(zero, fragment.timestamp(type)).toNanos() / 1000);
      List<Sample> samples = fragment.samples();
      for (Sample sample : samples) {
        mp4.add(
            new Sample(
                sample.data(),
                sample.decodeUs() + atUs,
                sample.presentUs() + atUs,
                sample.keyframe()));
      }
      endUs = atUs + fragment.durationUs();
    }
  }
}
