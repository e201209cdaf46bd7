package io.kvsinfer.local.kvs;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The APIs ListFragments and GetMediaForFragmentList. */
final class Archive {
  private static final int MOST = 1000;
  private static final int CONNECTIONS_PER_STREAM = 5;
  private static final int NOT_FOUND = 4000;

  /** The service lists in no order, also across pages; so nobody may rely on one here. */
  private static final Comparator<Fragment> NO_ORDER =
      Comparator.comparing(f -> reversed(f.number()));

  private final Streams streams;
  private final RateLimits limits;
  private final KvsServer.Options options;
  private final Connections connections =
      new Connections("GetMediaForFragmentList", CONNECTIONS_PER_STREAM);

  Archive(Streams streams, RateLimits limits, KvsServer.Options options) {
    this.streams = streams;
    this.limits = limits;
    this.options = options;
  }

  Reply listFragments(ApiRequest call) {
    VideoStream stream = streams.of(call);
    limits.check("ListFragments", stream.name(), 5);
    int most = call.number("MaxResults", 1, MOST).orElse((long) MOST).intValue();
    Optional<PageToken> token = PageToken.of(call);
    Optional<ApiRequest> selector =
        call.object("FragmentSelector").or(() -> token.flatMap(PageToken::selector));
    String after = reversed(token.map(PageToken::after).orElse(""));
    List<Map<String, Object>> page = new ArrayList<>();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("Fragments", page);
    String last = "";
    for (Fragment fragment : selected(stream, selector)) {
      if (reversed(fragment.number()).compareTo(after) <= 0) {
        continue;
      }
      if (page.size() == most) {
        answer.put("NextToken", new PageToken(last, selector).text());
        break;
      }
      page.add(entry(fragment));
      last = fragment.number();
    }
    return Reply.json(answer);
  }

  private List<Fragment> selected(VideoStream stream, Optional<ApiRequest> selector) {
    TimestampType type =
        selector
            .flatMap(s -> s.choice("FragmentSelectorType", TimestampType.class))
            .orElse(TimestampType.SERVER_TIMESTAMP);
    Optional<ApiRequest> range = selector.flatMap(s -> s.object("TimestampRange"));
    Instant start = range.flatMap(r -> r.time("StartTimestamp")).orElse(Instant.MIN);
    Instant end = range.flatMap(r -> r.time("EndTimestamp")).orElse(Instant.MAX);
    // The index runs about a second behind what is stored.
    Instant indexed = options.clock().instant().minusSeconds(1);
    return stream.description().retentionHours() == 0
        ? List.of()
        : stream.fragments().all().stream()
            .filter(f -> !f.timestamp(type).isBefore(start) && !f.timestamp(type).isAfter(end))
            .filter(f -> !f.serverTimestamp().plusNanos(f.durationUs() * 1000).isAfter(indexed))
            .sorted(NO_ORDER)
            .toList();
  }

  private static Map<String, Object> entry(Fragment fragment) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("FragmentNumber", fragment.number());
    entry.put("FragmentSizeInBytes", fragment.bytes());
    entry.put("ProducerTimestamp", ApiRequest.seconds(fragment.producerTimestamp()));
    entry.put("ServerTimestamp", ApiRequest.seconds(fragment.serverTimestamp()));
    entry.put("FragmentLengthInMilliseconds", Math.round(fragment.durationUs() / 1000.0));
    return entry;
  }

  Reply mediaForFragmentList(ApiRequest call) {
    List<String> numbers = call.texts("Fragments");
    if (numbers.isEmpty() || numbers.size() > MOST) {
      throw ApiException.invalid("Fragments must hold 1 to " + MOST + " fragment numbers.");
    }
    for (String number : numbers) {
      if (!FragmentNumbers.isNumber(number)) {
        throw ApiException.invalid("Fragments holds what is no fragment number.");
      }
    }
    VideoStream stream = streams.of(call);
    limits.check("GetMediaForFragmentList", stream.name(), 5);
    Fragment any =
        stream
            .fragments()
            .newest()
            .orElseThrow(() -> ApiException.notFound("The stream has no fragments."));
    return new Reply.Streamed(
        "video/webm", (in, out) -> send(stream, numbers, any, out), connections.open(stream));
  }

  private static void send(VideoStream stream, List<String> numbers, Fragment any, OutputStream out)
      throws IOException {
    MkvAnswer answer = new MkvAnswer(out);
    for (String number : numbers) {
      Optional<Fragment> fragment = stream.fragments().find(number);
      if (fragment.isEmpty() || !sent(fragment.get(), answer)) {
        answer.missing(any, number, NOT_FOUND, "The fragment is not in the stream.");
      }
    }
  }

  /** False where the fragment is not kept any more by the time it is read. */
  private static boolean sent(Fragment fragment, MkvAnswer answer) throws IOException {
    try {
      answer.archived(fragment);
      return true;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private static String reversed(String text) {
    return new StringBuilder(text).reverse().toString();
  }
}
