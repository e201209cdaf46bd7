package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kvsinfer.media.mkv.MatroskaEvent;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;
import software.amazon.awssdk.services.kinesisvideomedia.KinesisVideoMediaClient;
import software.amazon.awssdk.services.kinesisvideomedia.model.ClientLimitExceededException;
import software.amazon.awssdk.services.kinesisvideomedia.model.ConnectionLimitExceededException;
import software.amazon.awssdk.services.kinesisvideomedia.model.KinesisVideoMediaException;
import software.amazon.awssdk.services.kinesisvideomedia.model.NotAuthorizedException;

/** Every fault on demand, as a client sees it. */
final class FaultsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private KvsServer server;
  private VideoStream stream;
  private KinesisVideoMediaClient media;
  private KinesisVideoArchivedMediaClient archive;
  private HttpClient http;

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
                .withMediaConnectionLife(connectionLife));
    stream = server.createStream("yard", 24);
    media = Clients.media(server.endpoint());
    archive = Clients.archive(server.endpoint());
    http = HttpClient.newHttpClient();
  }

  @AfterEach
  void stop() {
    http.close();
    media.close();
    archive.close();
    server.close();
  }

  /** An answer that is the same every time: two fragments of two frames. */
  private byte[] fragmentList() throws IOException {
    if (stream.fragments().newest().isEmpty()) {
      Made.put(stream, 0, 2);
      Made.put(stream, 2, 2);
    }
    List<String> numbers = stream.fragments().all().stream().map(Fragment::number).toList();
    try (InputStream in =
        archive.getMediaForFragmentList(r -> r.streamName("yard").fragments(numbers))) {
      return in.readAllBytes();
    }
  }

  private InputStream getMedia() {
    return media.getMedia(
        r -> r.streamName("yard").startSelector(s -> s.startSelectorType("EARLIEST")));
  }

  @Test
  void a_reset_and_a_truncation_break_an_answer_off_once() throws Exception {
    byte[] whole = fragmentList();
    for (String fault : List.of("reset:after=300", "truncate:after=300")) {
      server.faults().add(fault);
      assertThatThrownBy(this::fragmentList).isInstanceOf(IOException.class);
      assertThat(fragmentList()).isEqualTo(whole);
    }
    server.faults().add("truncate:after=300,clean=true");
    assertThat(fragmentList()).hasSize(300).isEqualTo(java.util.Arrays.copyOf(whole, 300));
  }

  @Test
  void garbage_takes_the_place_of_as_many_bytes() throws Exception {
    byte[] whole = fragmentList();
    server.faults().add("garbage:after=200,bytes=50");
    byte[] spoilt = fragmentList();
    assertThat(spoilt).hasSameSizeAs(whole).isNotEqualTo(whole);
    assertThat(java.util.Arrays.copyOfRange(spoilt, 250, spoilt.length))
        .isEqualTo(java.util.Arrays.copyOfRange(whole, 250, whole.length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stall:after=100,seconds=1", "slow:bytes_per_second=700"})
  void a_stall_and_slowness_cost_time_and_nothing_else(String fault) throws Exception {
    byte[] whole = fragmentList();
    server.faults().add(fault);
    long before = System.nanoTime();
    assertThat(fragmentList()).isEqualTo(whole);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(900));
  }

  @Test
  void a_fault_meets_an_answer_that_is_open_already() throws Exception {
    stop();
    start(Duration.ofSeconds(60));
    Made.put(stream, 0, 2);
    InputStream in = getMedia();
    assertThat(in.readNBytes(100)).hasSize(100);
    server.faults().add("reset:stream=yard,api=GetMedia");
    Made.put(stream, 2, 2);
    assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
    Made.put(stream, 4, 2);
    // A new connection is served.
    try (InputStream again = getMedia()) {
      assertThat(again.readNBytes(500)).hasSize(500);
    }
  }

  @Test
  void refusals_reach_the_sdk_as_its_exceptions() {
    Made.put(stream, 0, 2);
    server.faults().add("limit:api=GetMedia");
    assertThatThrownBy(this::getMedia).isInstanceOf(ClientLimitExceededException.class);
    server.faults().add("connections");
    assertThatThrownBy(this::getMedia).isInstanceOf(ConnectionLimitExceededException.class);
    server.faults().add("403:stream=gate");
    server.faults().add("403:stream=yard");
    assertThatThrownBy(this::getMedia).isInstanceOf(NotAuthorizedException.class);
    server.faults().add("503");
    assertThat(catchThrowableOfType(KinesisVideoMediaException.class, this::getMedia).statusCode())
        .isEqualTo(503);
  }

  @Test
  void an_error_stands_in_the_answer_with_its_number_and_words() throws Exception {
    Made.put(stream, 0, 2);
    server.faults().add("error:id=4501");
    try (InputStream in = getMedia()) {
      assertThat(Seen.read(in).getFirst().before())
          .isEqualTo(
              Map.of(
                  MkvAnswer.TAG + "ERROR_ID",
                  "4501",
                  MkvAnswer.TAG + "ERROR_CODE",
                  "Stream's KMS key is disabled"));
    }
  }

  @Test
  void an_answer_of_get_media_can_end_in_the_middle_of_an_element_as_if_it_were_whole()
      throws Exception {
    Made.put(stream, 0, 2);
    server.faults().add("truncate:after=600,clean=true");
    List<Seen> seen = new ArrayList<>();
    try (InputStream in = getMedia()) {
      MatroskaEvent.End end = Seen.into(seen, in);
      assertThat(end.truncated()).isTrue();
    }
    assertThat(seen).hasSize(1);
  }

  private String faults(HttpRequest.Builder request) throws Exception {
    return http.send(
            request.uri(server.endpoint().resolve("/faults")).build(), BodyHandlers.ofString())
        .body();
  }

  private String post(String specs) throws Exception {
    return faults(HttpRequest.newBuilder().POST(BodyPublishers.ofString(specs)));
  }

  private int playlist(URI uri) throws Exception {
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).statusCode();
  }

  @Test
  void faults_are_asked_for_listed_and_forgotten_over_http() throws Exception {
    Instant now = Instant.now();
    stream.ingest(now, now, now, Made.TRACK, Made.put(stream, 0, 2).samples(), 2_000_000);
    URI master =
        URI.create(
            archive.getHLSStreamingSessionURL(r -> r.streamName("yard")).hlsStreamingSessionURL());

    assertThat(post("403:api=hls\n502:api=GetHLSMasterPlaylist,times=2\n"))
        .isEqualTo(
            "{\"faults\":[{\"fault\":\"403:api=hls\",\"left\":1,\"happened\":0},"
                + "{\"fault\":\"502:api=GetHLSMasterPlaylist,times=2\",\"left\":2,\"happened\":0}]}");
    assertThat(List.of(playlist(master), playlist(master), playlist(master), playlist(master)))
        .containsExactly(403, 502, 502, 200);
    assertThat(faults(HttpRequest.newBuilder().GET())).contains("\"left\":0,\"happened\":2");
    assertThat(post("gap\nexplode")).contains("fault explode: there is no fault");
    assertThat(post("")).contains("holds no fault");
    assertThat(faults(HttpRequest.newBuilder().DELETE())).isEqualTo("{\"faults\":[]}");
    assertThat(faults(HttpRequest.newBuilder().PUT(BodyPublishers.noBody()))).contains("POST adds");

    assertThat(playlist(master)).isEqualTo(200);
    assertThat(post("expire:stream=yard")).contains("expire");
    assertThat(playlist(master)).isEqualTo(403);
  }

  @Test
  void whole_answers_break_too() throws Exception {
    Instant now = Instant.now();
    stream.ingest(now, now, now, Made.TRACK, Made.put(stream, 0, 2).samples(), 2_000_000);
    URI master =
        URI.create(
            archive.getHLSStreamingSessionURL(r -> r.streamName("yard")).hlsStreamingSessionURL());
    server.faults().add("truncate:api=GetHLSMasterPlaylist,after=20");
    assertThatThrownBy(() -> playlist(master)).isInstanceOf(IOException.class);
    server.faults().add("reset:api=GetHLSMasterPlaylist");
    assertThatThrownBy(() -> playlist(master)).isInstanceOf(IOException.class);
    server.faults().add("truncate:api=GetHLSMasterPlaylist,after=20,clean=true");
    assertThat(http.send(HttpRequest.newBuilder(master).build(), BodyHandlers.ofString()).body())
        .hasSize(20);
    assertThat(playlist(master)).isEqualTo(200);
  }

  /** Plays house6.mp4, ten fragments of three seconds, under faults. */
  private List<Fragment> fed(String... specs) throws Exception {
    for (String spec : specs) {
      server.faults().add(spec);
    }
    var atOnce = ClipFeed.Options.once().withSpeed(Double.POSITIVE_INFINITY).withStartAt(Made.NOON);
    try (ClipFeed feed = server.feed(stream, TestMedia.require("video/house6.mp4"), atOnce)) {
      Eventually.until("clip is in the stream", PATIENCE, feed::ended);
      assertThat(feed.failure()).isEmpty();
    }
    return stream.fragments().all();
  }

  private static List<Long> seconds(List<Fragment> fragments) {
    return fragments.stream()
        .map(f -> Duration.between(Made.NOON, f.producerTimestamp()).toSeconds())
        .toList();
  }

  @Test
  void fragments_are_lost_doubled_and_put_out_of_order() throws Exception {
    List<Fragment> fragments = fed("gap:times=2", "duplicate", "reorder");
    // The first two are lost, whatever else is due to them.
    assertThat(seconds(fragments)).containsExactly(6L, 9L, 12L, 15L, 18L, 21L, 24L, 27L);
    server.faults().clear();
    server.createStream("gate", 24);
    stream = server.stream("gate").orElseThrow();
    assertThat(seconds(fed("duplicate", "reorder:at=0,stream=yard")))
        .startsWith(0L, 0L, 3L)
        .hasSize(11);
    server.createStream("door", 24);
    stream = server.stream("door").orElseThrow();
    assertThat(seconds(fed("reorder:stream=door"))).startsWith(3L, 0L, 6L).hasSize(10);
  }

  @Test
  void a_producers_clock_is_off_for_some_fragments() throws Exception {
    assertThat(seconds(fed("skew:seconds=-3600,times=2")))
        .startsWith(-3600L, -3597L, 6L)
        .hasSize(10);
  }

  @Test
  void another_codec_comes_for_a_while() throws Exception {
    List<Fragment> fragments =
        fed("codec:file=" + TestMedia.require("frames/producer_sample.h265"));
    assertThat(fragments.getFirst().track().codec().name()).isEqualTo("H265");
    assertThat(fragments.getLast().track().codec().name()).isEqualTo("H264");
    assertThat(fragments.stream().filter(f -> f.track().codec().name().equals("H264"))).hasSize(10);
    for (int i = 1; i < fragments.size(); i++) {
      assertThat(fragments.get(i).producerTimestamp())
          .isAfter(fragments.get(i - 1).producerTimestamp());
    }
  }

  @Test
  void a_camera_that_kept_silent_goes_on_with_later_times() throws Exception {
    server.faults().add("silence:seconds=1");
    Instant before = Instant.now();
    var fast = ClipFeed.Options.once().withSpeed(60);
    try (ClipFeed feed = server.feed(stream, TestMedia.require("video/house6.mp4"), fast)) {
      Eventually.until("ended", PATIENCE, feed::ended);
      assertThat(feed.fed()).hasSize(10);
      assertThat(Duration.between(before, feed.fed().getFirst().producerTimestamp()))
          .isGreaterThan(Duration.ofMillis(990));
    }
  }
}
