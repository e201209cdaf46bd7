package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.mkv.MatroskaEvent;
import io.kvsinfer.media.mkv.MatroskaReader;
import io.kvsinfer.media.mkv.MatroskaWriter;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.FragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideomedia.KinesisVideoMediaClient;
import software.amazon.awssdk.services.kinesisvideomedia.model.ConnectionLimitExceededException;
import software.amazon.awssdk.services.kinesisvideomedia.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesisvideomedia.model.StartSelector;

/** GetMedia, the archive and PutMedia: by the AWS SDK's clients where it has them. */
final class MediaTest {
  private static final String TAG = "AWS_KINESISVIDEO_";
  private static final String SIGNED =
      "AWS4-HMAC-SHA256 Credential=id/20261121/us-east-1/kinesisvideo/aws4_request,"
          + " SignedHeaders=host;x-amz-date, Signature="
          + "0".repeat(64);

  private KvsServer server;
  private VideoStream stream;
  private KinesisVideoMediaClient media;
  private KinesisVideoArchivedMediaClient archive;

  @BeforeEach
  void start() throws IOException {
    start(Duration.ofMillis(300));
  }

  private void start(Duration connectionLife) throws IOException {
    server =
        KvsServer.start(
            0,
            KvsServer.Options.defaults()
                .withEnforceLimits(false)
                .withRegion("eu-west-1")
                .withMaxStreamBytes(100 << 20)
                .withMediaConnectionLife(connectionLife));
    stream = server.createStream("yard", 24);
    media = Clients.media(server.endpoint());
    archive = Clients.archive(server.endpoint());
  }

  @AfterEach
  void stop() {
    media.close();
    archive.close();
    server.close();
  }

  private List<Seen> getMedia(Consumer<StartSelector.Builder> start) throws Exception {
    try (InputStream in = media.getMedia(r -> r.streamName("yard").startSelector(start))) {
      return Seen.read(in);
    }
  }

  private List<Fed> feed() throws Exception {
    Instant start = Instant.now().minusSeconds(100).truncatedTo(ChronoUnit.MILLIS);
    var atOnce = ClipFeed.Options.once().withSpeed(Double.POSITIVE_INFINITY).withStartAt(start);
    try (ClipFeed feed = server.feed(stream, TestMedia.require("video/house6.mp4"), atOnce)) {
      Eventually.until("clip is in the stream", Duration.ofSeconds(20), feed::ended);
      return feed.fed();
    }
  }

  @Test
  void from_the_earliest_every_fragment_comes_with_its_tags_before_and_after_its_cluster()
      throws Exception {
    List<Fed> fed = feed();
    List<Seen> seen = getMedia(s -> s.startSelectorType("EARLIEST"));

    assertThat(seen)
        .extracting(Seen::number)
        .isEqualTo(fed.stream().map(Fed::fragmentNumber).toList());
    Seen second = seen.get(1);
    assertThat(second.before())
        .containsOnlyKeys(
            TAG + "FRAGMENT_NUMBER", TAG + "SERVER_TIMESTAMP", TAG + "PRODUCER_TIMESTAMP")
        .containsEntry(
            TAG + "PRODUCER_TIMESTAMP",
            ApiRequest.seconds(fed.get(1).producerTimestamp()).toPlainString());
    assertThat(second.after())
        .containsOnlyKeys(TAG + "MILLIS_BEHIND_NOW", TAG + "CONTINUATION_TOKEN")
        .containsEntry(TAG + "CONTINUATION_TOKEN", second.number());
    assertThat(seen.stream().mapToInt(s -> s.frames().size()).sum()).isEqualTo(899);
    assertThat(second.frames().getFirst())
        .isEqualTo(stream.fragments().all().get(1).samples().getFirst().data());
  }

  @Test
  void frames_come_while_their_fragment_is_still_coming_in() throws Exception {
    stop();
    start(Duration.ofSeconds(60));
    Sample first = new Sample(new byte[] {1, 2}, 0, 0, true);
    Sample second = new Sample(new byte[] {3}, 40_000, 40_000, false);
    Made.put(stream, 0, 1);
    String number = stream.numberFor(Instant.now());
    ComingFragment begun = stream.begin(number, Made.NOON, Made.NOON, Made.TRACK).orElseThrow();
    begun.add(first);
    try (ResponseInputStream<?> in =
        media.getMedia(r -> r.streamName("yard").startSelector(s -> s.startSelectorType("NOW")))) {
      MatroskaReader reader = new MatroskaReader(in);
      assertThat(nextTags(reader)).containsEntry(TAG + "FRAGMENT_NUMBER", number);
      assertThat(nextFrame(reader).data()).isEqualTo(first.data());
      begun.add(second);
      MatroskaEvent.Frame frame = nextFrame(reader);
      assertThat(frame.data()).isEqualTo(second.data());
      assertThat(frame.timecodeMs()).isEqualTo(Made.NOON.toEpochMilli() + 40);
      assertThat(stream.fragments().find(number)).as("kept before it is whole").isEmpty();
      stream.finish(begun, List.of(first, second), 80_000);
      assertThat(nextTags(reader)).containsEntry(TAG + "CONTINUATION_TOKEN", number);
      assertThat(stream.fragments().find(number)).isPresent();
      in.abort();
    }
  }

  @Test
  void a_fragment_that_broke_off_has_no_end_and_the_next_follows() throws Exception {
    stop();
    start(Duration.ofSeconds(60));
    String number = stream.numberFor(Instant.now());
    ComingFragment begun = stream.begin(number, Made.NOON, Made.NOON, Made.TRACK).orElseThrow();
    begun.add(new Sample(new byte[] {1, 2}, 0, 0, true));
    try (ResponseInputStream<?> in =
        media.getMedia(r -> r.streamName("yard").startSelector(s -> s.startSelectorType("NOW")))) {
      MatroskaReader reader = new MatroskaReader(in);
      MatroskaEvent.Frame frame = nextFrame(reader);
      stream.giveUp(begun);
      Fragment next = Made.put(stream, 5, 1);
      assertThat(frame.keyframe()).isTrue();
      assertThat(nextTags(reader)).containsEntry(TAG + "FRAGMENT_NUMBER", next.number());
      in.abort();
    }
  }

  private static Map<String, String> nextTags(MatroskaReader reader) throws Exception {
    return next(reader, MatroskaEvent.Tags.class).tags();
  }

  private static MatroskaEvent.Frame nextFrame(MatroskaReader reader) throws Exception {
    return next(reader, MatroskaEvent.Frame.class);
  }

  private static <E extends MatroskaEvent> E next(MatroskaReader reader, Class<E> kind)
      throws Exception {
    MatroskaEvent event = reader.next();
    while (!kind.isInstance(event)) {
      assertThat(event).isNotInstanceOf(MatroskaEvent.End.class);
      event = reader.next();
    }
    return kind.cast(event);
  }

  @Test
  void every_selector_starts_where_it_says() throws Exception {
    List<Fed> fed = feed();
    String third = fed.get(2).fragmentNumber();

    assertThat(getMedia(s -> s.startSelectorType("FRAGMENT_NUMBER").afterFragmentNumber(third)))
        .hasSize(7);
    assertThat(getMedia(s -> s.startSelectorType("CONTINUATION_TOKEN").continuationToken(third)))
        .hasSize(7);
    assertThat(getMedia(s -> s.startSelectorType("NOW"))).hasSize(1);
    Instant inThird = fed.get(2).producerTimestamp().plusSeconds(1);
    assertThat(
            getMedia(s -> s.startSelectorType("PRODUCER_TIMESTAMP").startTimestamp(inThird))
                .getFirst()
                .number())
        .isEqualTo(third);
    assertThat(getMedia(s -> s.startSelectorType("SERVER_TIMESTAMP").startTimestamp(Instant.EPOCH)))
        .hasSize(10);
  }

  @Test
  void bad_selectors_are_refused_by_name() {
    for (Map.Entry<String, String> bad :
        Map.of(
                "FRAGMENT_NUMBER", "AfterFragmentNumber is missing",
                "PRODUCER_TIMESTAMP", "StartTimestamp is missing",
                "SOMEWHERE", "StartSelectorType must be")
            .entrySet()) {
      assertThatThrownBy(() -> getMedia(s -> s.startSelectorType(bad.getKey())))
          .isInstanceOf(InvalidArgumentException.class)
          .hasMessageContaining(bad.getValue());
    }
    assertThatThrownBy(
            () -> getMedia(s -> s.startSelectorType("CONTINUATION_TOKEN").continuationToken("abc")))
        .hasMessageContaining("must be a fragment number");
  }

  @Test
  void a_fourth_connection_of_a_stream_is_refused_until_one_ends() throws Exception {
    stop();
    start(Duration.ofSeconds(20));
    Made.put(stream, 0, 2);
    List<InputStream> open = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      open.add(
          media.getMedia(
              r -> r.streamName("yard").startSelector(s -> s.startSelectorType("EARLIEST"))));
    }
    assertThatThrownBy(() -> getMedia(s -> s.startSelectorType("NOW")))
        .isInstanceOf(ConnectionLimitExceededException.class);
    for (InputStream in : open) {
      ((ResponseInputStream<?>) in).abort();
    }
    Eventually.until(
        "a connection is free again",
        Duration.ofSeconds(15),
        () -> {
          Made.put(stream, 0, 2);
          try (var in =
              media.getMedia(
                  r -> r.streamName("yard").startSelector(s -> s.startSelectorType("NOW")))) {
            in.abort();
            return true;
          } catch (ConnectionLimitExceededException e) {
            return false;
          }
        });
  }

  @Test
  void an_error_asked_for_stands_in_the_answer_and_ends_it() throws Exception {
    feed();
    server.faults().failMedia(4500, "KMS_KEY_ACCESS_DENIED");
    List<Seen> seen = getMedia(s -> s.startSelectorType("EARLIEST"));
    assertThat(seen).hasSize(1);
    assertThat(seen.getFirst().before())
        .containsEntry(TAG + "ERROR_ID", "4500")
        .containsEntry(TAG + "ERROR_CODE", "KMS_KEY_ACCESS_DENIED");
  }

  @Test
  void fragments_are_listed_in_no_order_page_by_page_and_fetched_by_number() throws Exception {
    List<Fed> fed = feed();
    List<String> all = fed.stream().map(Fed::fragmentNumber).toList();
    Eventually.until("the index has caught up", Duration.ofSeconds(20), () -> list().size() == 10);
    List<String> listed = list();
    assertThat(listed).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(all);

    var answer =
        archive.getMediaForFragmentList(
            r -> r.streamName("yard").fragments(all.get(3), "123", all.get(1)));
    try (answer) {
      List<Seen> seen = Seen.read(answer);
      assertThat(seen).extracting(Seen::number).containsExactly(all.get(3), "123", all.get(1));
      assertThat(seen.getFirst().before())
          .containsKeys(TAG + "SERVER_SIDE_TIMESTAMP", TAG + "PRODUCER_SIDE_TIMESTAMP");
      assertThat(seen.get(1).before()).containsEntry(TAG + "EXCEPTION_ERROR_CODE", "4000");
    }
    assertThatThrownBy(
            () -> archive.getMediaForFragmentList(r -> r.streamName("yard").fragments("x")))
        .hasMessageContaining("no fragment number");
  }

  @Test
  void a_token_alone_goes_on_with_the_range_of_its_list() throws Exception {
    feed();
    Eventually.until("the index has caught up", Duration.ofSeconds(20), () -> list().size() == 10);
    List<Fragment> all = stream.fragments().all();
    var first =
        archive.listFragments(r ->
            r.streamName("yard")
                .maxResults(3L)
                .fragmentSelector(s ->
                    s.fragmentSelectorType(FragmentSelectorType.PRODUCER_TIMESTAMP)
                        .timestampRange(t ->
                            t.startTimestamp(all.get(0).producerTimestamp())
                                .endTimestamp(all.get(4).producerTimestamp()))));
    var rest = archive.listFragments(r -> r.streamName("yard").nextToken(first.nextToken()));
    List<String> listed = new ArrayList<>();
    first.fragments().forEach(f -> listed.add(f.fragmentNumber()));
    rest.fragments().forEach(f -> listed.add(f.fragmentNumber()));
    assertThat(listed)
        .containsExactlyInAnyOrderElementsOf(
            all.subList(0, 5).stream().map(Fragment::number).toList());
    assertThat(rest.nextToken()).isNull();
    assertThatThrownBy(() -> archive.listFragments(r -> r.streamName("yard").nextToken("abcd")))
        .hasMessageContaining("NextToken is none");
  }

  private List<String> list() {
    List<String> numbers = new ArrayList<>();
    for (var page :
        archive.listFragmentsPaginator(r ->
            r.streamName("yard")
                .maxResults(3L)
                .fragmentSelector(s ->
                    s.fragmentSelectorType(FragmentSelectorType.SERVER_TIMESTAMP)
                        .timestampRange(
                            t -> t.startTimestamp(Instant.EPOCH).endTimestamp(Instant.now()))))) {
      page.fragments().forEach(f -> numbers.add(f.fragmentNumber()));
    }
    return numbers;
  }

  private HttpResponse<String> put(byte[] body, String... headers) {
    return put(new ByteArrayInputStream(body), headers);
  }

  private HttpResponse<String> put(InputStream body, String... headers) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(server.endpoint() + "/putMedia"))
              .header("Authorization", SIGNED)
              .headers(headers)
              .POST(BodyPublishers.ofInputStream(() -> body))
              .build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void what_a_producer_puts_is_acknowledged_and_stored_fragment_by_fragment() throws Exception {
    byte[] real = Files.readAllBytes(TestMedia.require("getmedia/output_get_media.mkv"));
    HttpResponse<String> answer =
        put(
            real,
            "x-amzn-stream-name",
            "yard",
            "x-amzn-fragment-timecode-type",
            "RELATIVE",
            "x-amzn-producer-start-timestamp",
            "2026-11-21T12:00:00.500Z");

    List<String> acks = answer.body().lines().toList();
    assertThat(acks).hasSize(15);
    assertThat(acks.getFirst())
        .isEqualTo(
            "{\"EventType\":\"BUFFERING\",\"FragmentTimecode\":0,\"FragmentNumber\":\"%s\"}"
                .formatted(stream.fragments().all().getFirst().number()));
    assertThat(acks).filteredOn(a -> a.contains("PERSISTED")).hasSize(5);
    assertThat(stream.fragments().all()).hasSize(5);
    Fragment second = stream.fragments().all().get(1);
    assertThat(acks.get(4)).contains("RECEIVED").contains(second.number());
    assertThat(second.producerTimestamp()).isEqualTo(Instant.ofEpochMilli(1795262402500L));
    assertThat(second.durationUs()).isEqualTo(2_000_000);
    assertThat(second.samples()).hasSize(60);
    assertThat(second.samples()).isSortedAccordingTo(Comparator.comparingLong(Sample::decodeUs));
    assertThat(second.track().codecPrivate()).isNotEmpty();
  }

  @Test
  void what_a_producer_is_still_sending_is_read_and_a_second_producer_refused() throws Exception {
    stop();
    start(Duration.ofSeconds(60));
    byte[] real = Files.readAllBytes(TestMedia.require("getmedia/output_get_media.mkv"));
    int some = 300_000; // the first fragment has 550,000 bytes
    String[] named = {"x-amzn-stream-name", "yard", "x-amzn-fragment-timecode-type", "ABSOLUTE"};
    HttpURLConnection producer =
        (HttpURLConnection) URI.create(server.endpoint() + "/putMedia").toURL().openConnection();
    producer.setChunkedStreamingMode(0);
    producer.setDoOutput(true);
    producer.setRequestProperty("Authorization", SIGNED);
    producer.setRequestProperty(named[0], named[1]);
    producer.setRequestProperty(named[2], named[3]);
    OutputStream out = producer.getOutputStream();
    out.write(real, 0, some);
    out.flush();
    Eventually.until("it is coming in", Duration.ofSeconds(60), stream.fragments()::growing);
    try (ResponseInputStream<?> in =
        media.getMedia(r -> r.streamName("yard").startSelector(s -> s.startSelectorType("NOW")))) {
      assertThat(nextFrame(new MatroskaReader(in)).keyframe()).isTrue();
      assertThat(stream.fragments().all()).isEmpty();
      HttpResponse<String> second = put(new ByteArrayInputStream(real), named);
      assertThat(second.statusCode()).isEqualTo(400);
      assertThat(second.headers().firstValue("x-amzn-ErrorType"))
          .hasValue("ConnectionLimitExceededException");
      in.abort();
    }
    out.write(real, some, real.length - some);
    out.close();
    assertThat(new String(producer.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
        .hasSize(15);
    assertThat(stream.fragments().all()).hasSize(5);
    assertThat(stream.fragments().growing()).isFalse();
  }

  @Test
  void a_producer_that_marks_the_end_of_its_last_fragment_need_not_end_the_put() throws Exception {
    stop();
    start(Duration.ofSeconds(60));
    HttpURLConnection producer =
        (HttpURLConnection) URI.create(server.endpoint() + "/putMedia").toURL().openConnection();
    producer.setChunkedStreamingMode(0);
    producer.setDoOutput(true);
    producer.setRequestProperty("Authorization", SIGNED);
    producer.setRequestProperty("x-amzn-stream-name", "yard");
    producer.setRequestProperty("x-amzn-fragment-timecode-type", "ABSOLUTE");
    OutputStream out = producer.getOutputStream();
    MatroskaWriter mkv = new MatroskaWriter(out);
    mkv.header(Made.TRACK);
    mkv.startCluster(1000);
    mkv.frame(new byte[10], 1000, true);
    mkv.tags(Map.of(TAG + "END_OF_FRAGMENT", ""));
    out.flush();

    Eventually.until(
        "the fragment is stored",
        Duration.ofSeconds(60),
        () -> !stream.fragments().all().isEmpty());
    out.close();
    assertThat(new String(producer.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
        .hasSize(3)
        .last()
        .asString()
        .contains("PERSISTED");
  }

  @Test
  void timecodes_that_go_back_and_broken_media_end_a_put_with_an_error() throws Exception {
    byte[] back = Files.readAllBytes(TestMedia.require("getmedia/non_increasing_timecode.mkv"));
    String[] absolute = {"x-amzn-stream-name", "yard", "x-amzn-fragment-timecode-type", "ABSOLUTE"};
    assertThat(put(back, absolute).body().lines().toList().getLast())
        .contains("\"ErrorId\":4004")
        .contains("FRAGMENT_TIMECODE_LESSER_THAN_PREVIOUS");
    assertThat(put("no matroska at all".getBytes(StandardCharsets.US_ASCII), absolute).body())
        .contains("\"ErrorId\":4006");
    assertThat(put(new byte[1], "x-amzn-stream-name", "yard").statusCode()).isEqualTo(400);
    assertThat(put(new byte[1], "x-amzn-fragment-timecode-type", "ABSOLUTE").statusCode())
        .isEqualTo(400);
    assertThat(
            put(
                    new byte[1],
                    "x-amzn-stream-arn",
                    stream.arn(),
                    "x-amzn-fragment-timecode-type",
                    "RELATIVE")
                .body())
        .contains("x-amzn-producer-start-timestamp must be");
  }

  @Test
  void frames_out_of_order_get_decoding_times_that_rise() {
    PutFragment fragment = new PutFragment(1000, Instant.EPOCH, "1");
    assertThat(fragment.add(new MatroskaEvent.Frame(new byte[1], 1000, false, 1))).isFalse();
    for (long ms : new long[] {1000, 1120, 1040, 1080}) {
      fragment.add(new MatroskaEvent.Frame(new byte[1], ms, ms == 1000, 1));
    }
    List<Sample> samples = fragment.samples();
    assertThat(samples)
        .extracting(Sample::presentUs)
        .containsExactly(0L, 120_000L, 40_000L, 80_000L);
    assertThat(samples).allMatch(s -> s.decodeUs() <= s.presentUs());
    assertThat(samples)
        .extracting(Sample::decodeUs)
        .containsExactly(-40_000L, 0L, 40_000L, 80_000L);
    assertThat(fragment.durationUs(1160)).isEqualTo(160_000);
    assertThat(fragment.durationUs(9000)).isEqualTo(160_000);
  }
}
