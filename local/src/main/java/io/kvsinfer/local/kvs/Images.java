package io.kvsinfer.local.kvs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The API GetImages: pictures at regular times of a range. */
final class Images {
  private static final int SHORTEST_INTERVAL_MS = 200;
  private static final int LONGEST_INTERVAL_MS = 20_000;
  private static final long DEFAULT_INTERVAL_MS = 3000;
  private static final Duration LONGEST_RANGE = Duration.ofMinutes(5);

  /** On a page, also where more results are asked for. */
  private static final int LARGEST_PAGE = 25;

  private static final int MOST_RESULTS = 100;
  private static final int WIDEST = 3840;
  private static final int HIGHEST = 2160;

  private enum Format {
    JPEG,
    PNG
  }

  private record Wanted(TimestampType type, Instant start, Instant end, long intervalMs) {
    /** The time of picture {@code index}; empty beyond the range. */
    Optional<Instant> at(int index) {
      Instant time = start.plusMillis(index * intervalMs);
      return time.isAfter(end) ? Optional.empty() : Optional.of(time);
    }
  }

  private final Streams streams;
  private final RateLimits limits;

  Images(Streams streams, RateLimits limits) {
    this.streams = streams;
    this.limits = limits;
  }

  Reply getImages(ApiRequest call) {
    Wanted wanted = wanted(call);
    Format format =
        call.choice("Format", Format.class)
            .orElseThrow(() -> ApiException.invalid("Format is missing."));
    ImageStyle style =
        new ImageStyle(
            format == Format.PNG,
            quality(call),
            call.number("WidthPixels", 1, WIDEST).orElse(0L).intValue(),
            call.number("HeightPixels", 1, HIGHEST).orElse(0L).intValue());
    int most =
        Math.min(
            LARGEST_PAGE,
            call.number("MaxResults", 1, MOST_RESULTS).orElse((long) LARGEST_PAGE).intValue());
    int first = call.text("NextToken").map(Images::index).orElse(0);
    VideoStream stream = streams.of(call);
    limits.check("GetImages", stream.name(), 5);
    stream.requireRetention();
    List<Fragment> fragments =
        FragmentRange.select(stream.fragments().all(), wanted.type, Instant.MIN, wanted.end);
    List<Map<String, Object>> images = new ArrayList<>();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("Images", images);
    try (ImageReader reader = new ImageReader(fragments, wanted.type, style)) {
      int index = first;
      for (Optional<Instant> time = wanted.at(index); time.isPresent(); time = wanted.at(++index)) {
        if (images.size() == most) {
          answer.put("NextToken", Integer.toString(index));
          break;
        }
        images.add(entry(time.get(), reader.at(time.get())));
      }
    }
    return Reply.json(answer);
  }

  private static Wanted wanted(ApiRequest call) {
    TimestampType type =
        call.choice("ImageSelectorType", TimestampType.class)
            .orElseThrow(() -> ApiException.invalid("ImageSelectorType is missing."));
    Instant start = time(call, "StartTimestamp");
    Instant end = time(call, "EndTimestamp");
    if (!end.isAfter(start)) {
      throw ApiException.invalid("EndTimestamp must be later than StartTimestamp.");
    }
    if (Duration.between(start, end).compareTo(LONGEST_RANGE) > 0) {
      throw ApiException.invalid(
          "StartTimestamp and EndTimestamp must not be more than 300 seconds apart.");
    }
    long interval =
        call.number("SamplingInterval", SHORTEST_INTERVAL_MS, LONGEST_INTERVAL_MS)
            .orElse(DEFAULT_INTERVAL_MS);
    return new Wanted(type, start, end, interval);
  }

  private static Instant time(ApiRequest call, String name) {
    return call.time(name).orElseThrow(() -> ApiException.invalid(name + " is missing."));
  }

  private static int quality(ApiRequest call) {
    String text =
        call.object("FormatConfig").flatMap(config -> config.text("JPEGQuality")).orElse("80");
    if (!text.matches("[1-9]\\d?|100")) {
      throw ApiException.invalid("FormatConfig.JPEGQuality must be a whole number from 1 to 100.");
    }
    return Integer.parseInt(text);
  }

  private static int index(String token) {
    if (!token.matches("\\d{1,4}")) {
      throw ApiException.invalid("NextToken is none that an answer of GetImages held.");
    }
    return Integer.parseInt(token);
  }

  private static Map<String, Object> entry(Instant time, ImageReader.Image image) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("TimeStamp", ApiRequest.seconds(time));
    switch (image) {
      case ImageReader.Image.Picture picture ->
          entry.put("ImageContent", Base64.getEncoder().encodeToString(picture.file()));
      case ImageReader.Image.NoMedia none -> entry.put("Error", "NO_MEDIA");
      case ImageReader.Image.Broken broken -> entry.put("Error", "MEDIA_ERROR");
    }
    return entry;
  }
}
