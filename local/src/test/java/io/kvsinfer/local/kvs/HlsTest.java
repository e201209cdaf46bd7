package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.media.decode.FileDemuxer;
import io.kvsinfer.media.decode.FragmentDemuxer;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.GetHlsStreamingSessionUrlRequest;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSDisplayFragmentTimestamp;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSPlaybackMode;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.MissingCodecPrivateDataException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.NoDataRetentionException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.UnsupportedStreamMediaTypeException;

/** HLS sessions by the AWS SDK's client, their playlists and fragments by plain HTTP. */
final class HlsTest {
  private final ManualClock clock = new ManualClock();
  private final HttpClient http = HttpClient.newHttpClient();
  private KvsServer server;
  private KinesisVideoArchivedMediaClient client;
  private VideoStream stream;

  @BeforeEach
  void start() throws IOException {
    server =
        KvsServer.start(0, KvsServer.Options.defaults().withClock(clock).withSessionLifeScale(0.1));
    client = Clients.archive(server.endpoint());
    stream = server.createStream("yard", 24);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    http.close();
  }

  private URI session(GetHlsStreamingSessionUrlRequest.Builder request) {
    request.streamName("yard").displayFragmentTimestamp(HLSDisplayFragmentTimestamp.ALWAYS);
    return URI.create(client.getHLSStreamingSessionURL(request.build()).hlsStreamingSessionURL());
  }

  private static GetHlsStreamingSessionUrlRequest.Builder live() {
    return GetHlsStreamingSessionUrlRequest.builder()
        .playbackMode(HLSPlaybackMode.LIVE)
        .hlsFragmentSelector(
            s -> s.fragmentSelectorType(HLSFragmentSelectorType.PRODUCER_TIMESTAMP));
  }

  private HttpResponse<byte[]> get(URI uri) throws Exception {
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray());
  }

  /** Lines of the media playlist that {@code master} leads to, and where it is. */
  private record Media(URI uri, List<String> lines) {
    List<URI> fragments() {
      return lines.stream().filter(l -> !l.startsWith("#")).map(uri::resolve).toList();
    }

    URI init() {
      String map = lines.stream().filter(l -> l.startsWith("#EXT-X-MAP")).findFirst().orElseThrow();
      return uri.resolve(map.substring(map.indexOf('"') + 1, map.lastIndexOf('"')));
    }

    List<Instant> times() {
      String tag = "#EXT-X-PROGRAM-DATE-TIME:";
      return lines.stream()
          .filter(l -> l.startsWith(tag))
          .map(l -> Instant.parse(l.substring(tag.length())))
          .toList();
    }
  }

  private Media media(URI master) throws Exception {
    HttpResponse<byte[]> answer = get(master);
    assertThat(answer.statusCode()).isEqualTo(200);
    String child = new String(answer.body(), StandardCharsets.UTF_8).lines().toList().getLast();
    URI uri = master.resolve(child);
    return new Media(uri, new String(get(uri).body(), StandardCharsets.UTF_8).lines().toList());
  }

  private void feed(String file) throws Exception {
    ClipFeed.Options atOnce = ClipFeed.Options.once().withSpeed(Double.POSITIVE_INFINITY);
    try (ClipFeed feed = server.feed(stream, TestMedia.require(file), atOnce)) {
      Eventually.until("clip is in the stream", Duration.ofSeconds(20), feed::ended);
      assertThat(feed.failure()).isEmpty();
    }
  }

  @Test
  void a_clip_played_over_on_demand_comes_out_frame_by_frame_and_byte_by_byte() throws Exception {
    feed("video/house6.mp4");
    Media media =
        media(
            session(
                GetHlsStreamingSessionUrlRequest.builder()
                    .playbackMode(HLSPlaybackMode.ON_DEMAND)
                    .hlsFragmentSelector(s ->
                        s.fragmentSelectorType(HLSFragmentSelectorType.PRODUCER_TIMESTAMP)
                            .timestampRange(r ->
                                r.startTimestamp(Made.NOON)
                                    .endTimestamp(Made.NOON.plusSeconds(60))))));
    assertThat(media.lines()).endsWith("#EXT-X-ENDLIST");
    byte[] init = get(media.init()).body();
    List<Sample> read = new ArrayList<>();
    for (URI fragment : media.fragments()) {
      read.addAll(FragmentDemuxer.demux(init, get(fragment).body()).samples());
    }
    List<Sample> clip = clip(TestMedia.require("video/house6.mp4"));

    assertThat(read).hasSameSizeAs(clip).hasSize(899);
    for (int i = 0; i < clip.size(); i++) {
      assertThat(read.get(i).data()).isEqualTo(clip.get(i).data());
      assertThat(read.get(i).keyframe()).isEqualTo(clip.get(i).keyframe());
      assertThat(read.get(i).presentUs()).isCloseTo(clip.get(i).presentUs(), Offset.offset(2000L));
    }
  }

  private static List<Sample> clip(Path file) throws Exception {
    List<Sample> samples = new ArrayList<>();
    try (FileDemuxer demuxer = FileDemuxer.open(file.toString())) {
      for (Sample next = demuxer.next(); next != null; next = demuxer.next()) {
        samples.add(next);
      }
    }
    return samples;
  }

  @Test
  void live_shows_the_newest_five_and_what_its_feed_says_of_them_is_true() throws Exception {
    ClipFeed.Options atOnce = ClipFeed.Options.once().withSpeed(Double.POSITIVE_INFINITY);
    ClipFeed feed = server.feed(stream, TestMedia.require("video/car-detection.mp4"), atOnce);
    Eventually.until("clip is in the stream", Duration.ofSeconds(20), feed::ended);

    Media media = media(session(live()));
    List<Fed> newest = feed.fed().subList(feed.fed().size() - 5, feed.fed().size());

    assertThat(media.times()).isEqualTo(newest.stream().map(Fed::producerTimestamp).toList());
    assertThat(media.lines()).doesNotContain("#EXT-X-ENDLIST");
    assertThat(newest.getLast().clipSeconds()).isEqualTo(28.8);
    assertThat(Duration.between(Made.NOON, newest.getLast().producerTimestamp()))
        .isEqualTo(Duration.ofMillis(28_800));
    assertThat(newest).allMatch(f -> f.loop() == 0);
  }

  @Test
  void a_session_ends_when_it_says_and_the_token_is_no_longer_worth_anything() throws Exception {
    feed("video/house6.mp4");
    URI master = session(live().expires(300));
    Media media = media(master);
    clock.advance(Duration.ofMillis(29_999));
    assertThat(get(media.uri()).statusCode()).isEqualTo(200);
    clock.advance(Duration.ofMillis(1));
    for (URI uri : List.of(master, media.uri(), media.init(), media.fragments().getFirst())) {
      HttpResponse<byte[]> refused = get(uri);
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(new String(refused.body(), StandardCharsets.UTF_8))
          .doesNotContain(master.getQuery().replace("SessionToken=", ""));
    }
  }

  @Test
  void tokens_differ_and_have_more_than_128_random_bits() throws Exception {
    feed("video/house6.mp4");
    String one = session(live()).getQuery();
    String two = session(live()).getQuery();
    assertThat(one).isNotEqualTo(two).matches("SessionToken=CiC[A-Za-z0-9_-]{43}~");
  }

  @Test
  void faults_end_sessions_and_fail_requests() throws Exception {
    feed("video/house6.mp4");
    Media media = media(session(live()));
    server.faults().failHls(2, 503);
    assertThat(get(media.uri()).statusCode()).isEqualTo(503);
    assertThat(get(media.init()).statusCode()).isEqualTo(503);
    assertThat(get(media.init()).statusCode()).isEqualTo(200);
    server.faults().expireSessions("other");
    assertThat(get(media.init()).statusCode()).isEqualTo(200);
    server.faults().expireSessions("yard");
    assertThat(get(media.init()).statusCode()).isEqualTo(403);
    URI again = session(live());
    server.faults().expireSessions();
    assertThat(get(again).statusCode()).isEqualTo(403);
  }

  @Test
  void what_is_not_there_is_not_found() throws Exception {
    feed("video/house6.mp4");
    Media media = media(session(live()));
    String token = media.uri().getQuery();
    URI base = media.uri().resolve("/hls/v1/");
    assertThat(get(base.resolve("getMP4MediaFragment.mp4?FragmentNumber=1&" + token)).statusCode())
        .isEqualTo(404);
    assertThat(get(base.resolve("getTea?" + token)).statusCode()).isEqualTo(404);
    assertThat(get(base.resolve("getMP4InitFragment.mp4?SequenceNumber=x&" + token)).statusCode())
        .isEqualTo(400);
    assertThat(get(base.resolve("getHLSMasterPlaylist.m3u8")).statusCode()).isEqualTo(403);
  }

  @Test
  void playlists_may_be_asked_for_five_times_a_second() throws Exception {
    feed("video/house6.mp4");
    URI master = session(live());
    for (int i = 0; i < 5; i++) {
      assertThat(get(master).statusCode()).isEqualTo(200);
    }
    HttpResponse<byte[]> sixth = get(master);
    assertThat(sixth.statusCode()).isEqualTo(400);
    assertThat(sixth.headers().firstValue("x-amzn-ErrorType"))
        .hasValue("ClientLimitExceededException");
  }

  @Test
  void settings_out_of_bounds_are_refused_by_name() {
    refused(live().expires(60), "Expires must be a whole number from 300 to 43200.");
    refused(live().maxMediaPlaylistFragmentResults(5001L), "from 1 to 5000");
    refused(live().playbackMode("BACKWARDS"), "PlaybackMode must be one of [LIVE, LIVE_REPLAY");
    refused(live().containerFormat("MPEG_TS"), "FRAGMENTED_MP4 only");
    refused(live().playbackMode("ON_DEMAND"), "must hold StartTimestamp and a later EndTimestamp");
    refused(live().playbackMode("LIVE_REPLAY"), "must hold StartTimestamp alone");
    refused(
        live().hlsFragmentSelector(s -> s.timestampRange(r -> r.startTimestamp(Made.NOON))),
        "must not be given when PlaybackMode is LIVE");
  }

  private void refused(GetHlsStreamingSessionUrlRequest.Builder request, String why) {
    assertThatThrownBy(() -> session(request))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void a_stream_without_retention_or_without_fresh_media_has_no_session() {
    server.createStream("bare", 0);
    assertThatThrownBy(() -> client.getHLSStreamingSessionURL(r -> r.streamName("bare")))
        .isInstanceOf(NoDataRetentionException.class);
    assertThatThrownBy(() -> session(live())).isInstanceOf(ResourceNotFoundException.class);

    Made.put(stream, 0, 2);
    clock.advance(Duration.ofSeconds(32));
    assertThat(session(live())).hasPath("/hls/v1/getHLSMasterPlaylist.m3u8");
    clock.advance(Duration.ofSeconds(1));
    assertThatThrownBy(() -> session(live())).isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() ->
            session(
                GetHlsStreamingSessionUrlRequest.builder()
                    .playbackMode(HLSPlaybackMode.LIVE_REPLAY)
                    .hlsFragmentSelector(
                        s -> s.timestampRange(r -> r.startTimestamp(clock.instant())))))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("No fragments found in the stream for the streaming request.");
  }

  @Test
  void media_that_hls_cannot_carry_is_refused() {
    Made.put(stream, 0, 2, new VideoTrack(Codec.H264, new byte[0], 1, 1));
    assertThatThrownBy(() -> session(live())).isInstanceOf(MissingCodecPrivateDataException.class);
    Made.put(stream, 2, 2, new VideoTrack(Codec.VP9, new byte[0], 1, 1));
    assertThatThrownBy(() -> session(live()))
        .isInstanceOf(UnsupportedStreamMediaTypeException.class);
  }

  @Test
  void codecs_are_named_as_rfc_6381_does() {
    byte[] hvcC = {1, 1, 0x60, 0, 0, 0, (byte) 0xb0, 0, 0, 0, 0, 0, 93};
    assertThat(CodecStrings.of(new VideoTrack(Codec.H265, hvcC, 1, 1)))
        .isEqualTo("hvc1.1.6.L93.b0");
    assertThatThrownBy(() -> CodecStrings.of(new VideoTrack(Codec.H265, new byte[5], 1, 1)))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("not that of H265");
    assertThat(io.kvsinfer.local.http.HttpRequest.query("a=b%20c&d&=e&f="))
        .isEqualTo(Map.of("a", "b c", "f", ""));
  }

  @Test
  void only_reading_is_allowed_below_hls_and_a_head_request_has_no_body() throws Exception {
    feed("video/house6.mp4");
    URI master = session(live());
    var post = HttpRequest.newBuilder(master).POST(HttpRequest.BodyPublishers.noBody()).build();
    assertThat(http.send(post, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    var head = HttpRequest.newBuilder(master).HEAD().build();
    assertThat(http.send(head, BodyHandlers.ofString()).body()).isEmpty();
  }
}
