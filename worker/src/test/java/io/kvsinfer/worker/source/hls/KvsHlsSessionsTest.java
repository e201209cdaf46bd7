package io.kvsinfer.worker.source.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kvsinfer.worker.source.KvsConnectionException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;

/** The real SDK clients against an HTTP server that answers as KVS's REST API does. */
class KvsHlsSessionsTest {
  private static final StaticCredentialsProvider KEY =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"));
  private static final String ARN =
      "arn:aws:kinesisvideo:eu-west-1:123456789012:stream/yard/1234567890123";

  private record Refusal(int status, String code) {}

  private final ObjectMapper mapper = new ObjectMapper();
  private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
  private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();
  private HttpServer server;
  private KinesisVideoClient control;

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    control =
        KinesisVideoClient.builder()
            .region(Region.EU_WEST_1)
            .endpointOverride(address())
            .credentialsProvider(KEY)
            .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
  }

  @AfterEach
  void stop() {
    control.close();
    server.stop(0);
  }

  private URI address() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      asked.add(mapper.readTree(exchange.getRequestBody()));
      Refusal refusal = refusals.get(path);
      String body;
      if (refusal != null) {
        exchange.getResponseHeaders().add("x-amzn-ErrorType", refusal.code());
        body = "{\"Message\":\"no: see https://h/?SessionToken=S3cret\"}";
      } else if (path.equals("/getDataEndpoint")) {
        body = "{\"DataEndpoint\":\"" + address() + "\"}";
      } else {
        body =
            "{\"HLSStreamingSessionURL\":\"" + address() + "/hls/v1/m.m3u8?SessionToken=S3cret\"}";
      }
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(refusal == null ? 200 : refusal.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private KvsHlsSessions sessions(String stream, int seconds) {
    return new KvsHlsSessions(
        control,
        endpoint ->
            KinesisVideoArchivedMediaClient.builder()
                .region(Region.EU_WEST_1)
                .endpointOverride(endpoint)
                .credentialsProvider(KEY)
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build(),
        stream,
        "eu-west-1",
        seconds);
  }

  @Test
  void a_live_session_is_asked_for_as_hls_needs_it() {
    try (KvsHlsSessions sessions = sessions("yard", 60)) {
      HlsSession session = sessions.open(new Playback.Live());
      assertThat(session.playlist().toString()).endsWith("/hls/v1/m.m3u8?SessionToken=S3cret");
      assertThat(session.expires()).isTrue();
      assertThat(sessions.name()).isEqualTo("yard");
    }
    JsonNode endpoint = asked.getFirst();
    assertThat(endpoint.path("StreamName").asText()).isEqualTo("yard");
    assertThat(endpoint.path("APIName").asText()).isEqualTo("GET_HLS_STREAMING_SESSION_URL");
    JsonNode session = asked.get(1);
    assertThat(session.path("PlaybackMode").asText()).isEqualTo("LIVE");
    assertThat(session.path("ContainerFormat").asText()).isEqualTo("FRAGMENTED_MP4");
    assertThat(session.path("DisplayFragmentTimestamp").asText()).isEqualTo("ALWAYS");
    assertThat(session.path("Expires").asInt()).isEqualTo(300);
    JsonNode selector = session.path("HLSFragmentSelector");
    assertThat(selector.path("FragmentSelectorType").asText()).isEqualTo("PRODUCER_TIMESTAMP");
    assertThat(selector.has("TimestampRange")).isFalse();
  }

  @Test
  void replays_and_ranges_name_their_times() {
    Instant from = Instant.parse("2026-11-21T02:48:00Z");
    try (KvsHlsSessions sessions = sessions(ARN, 1800)) {
      sessions.open(new Playback.Replay(from));
      sessions.open(new Playback.OnDemand(from, from.plusSeconds(60)));
    }
    JsonNode replay = asked.get(1);
    assertThat(replay.path("StreamARN").asText()).isEqualTo(ARN);
    assertThat(replay.path("PlaybackMode").asText()).isEqualTo("LIVE_REPLAY");
    assertThat(replay.path("Expires").asInt()).isEqualTo(1800);
    JsonNode range = replay.path("HLSFragmentSelector").path("TimestampRange");
    assertThat(range.path("StartTimestamp").asDouble()).isEqualTo((double) from.getEpochSecond());
    assertThat(range.has("EndTimestamp")).isFalse();
    JsonNode archived = asked.get(2);
    assertThat(archived.path("PlaybackMode").asText()).isEqualTo("ON_DEMAND");
    assertThat(
            archived
                .path("HLSFragmentSelector")
                .path("TimestampRange")
                .path("EndTimestamp")
                .asDouble())
        .isEqualTo((double) from.getEpochSecond() + 60);
  }

  @Test
  void the_endpoint_is_kept_and_asked_for_again_after_a_failure() {
    try (KvsHlsSessions sessions = sessions("yard", 300)) {
      sessions.open(new Playback.Live());
      sessions.open(new Playback.Live());
      assertThat(asked).hasSize(3);
      refusals.put("/getHLSStreamingSessionURL", new Refusal(500, "InternalFailure"));
      assertThatThrownBy(() -> sessions.open(new Playback.Live()))
          .isInstanceOf(KvsConnectionException.class);
      refusals.clear();
      sessions.open(new Playback.Live());
      assertThat(asked).hasSize(6);
      assertThat(asked.get(4).has("APIName")).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ResourceNotFoundException, 404, true, not found in region eu-west-1",
    "NotAuthorizedException, 401, true, allow kinesisvideo:GetDataEndpoint",
    "AccessDeniedException, 403, true, allow kinesisvideo:GetDataEndpoint",
    "UnrecognizedClientException, 403, true, check AWS_REGION and the access key",
    "ExpiredTokenException, 403, false, renew them",
    "ClientLimitExceededException, 400, false, fewer readers of it are needed",
    "ServiceUnavailable, 503, false, answered 503",
  })
  void a_refused_endpoint_says_what_to_do(String code, int status, boolean permanent, String says) {
    refusals.put("/getDataEndpoint", new Refusal(status, code));
    assertRefused(permanent, says);
  }

  @ParameterizedTest
  @CsvSource({
    "ResourceNotFoundException, 404, false, no media to play right now",
    "NotAuthorizedException, 401, true, allow kinesisvideo:GetHLSStreamingSessionURL",
    "NoDataRetentionException, 400, true, HLS needs retention",
    "MissingCodecPrivateDataException, 400, true, no codec private data",
    "InvalidCodecPrivateDataException, 400, true, codec private data that KVS cannot use",
    "UnsupportedStreamMediaTypeException, 400, true, must be video/h264 or video/h265",
    "InvalidArgumentException, 400, true, refused the request as invalid",
  })
  void a_refused_session_says_what_to_do(String code, int status, boolean permanent, String says) {
    refusals.put("/getHLSStreamingSessionURL", new Refusal(status, code));
    assertRefused(permanent, says);
  }

  private void assertRefused(boolean permanent, String says) {
    try (KvsHlsSessions sessions = sessions("yard", 300)) {
      KvsConnectionException refused =
          catchThrowableOfType(
              KvsConnectionException.class, () -> sessions.open(new Playback.Live()));
      assertThat(refused)
          .isNotNull()
          .hasMessageStartingWith("stream yard ")
          .hasMessageContaining(says)
          .hasMessageNotContaining("S3cret");
      assertThat(refused.permanent()).isEqualTo(permanent);
    }
  }

  @Test
  void no_answer_is_a_passing_failure() {
    server.stop(0);
    assertRefused(false, "got no answer to kinesisvideo:GetDataEndpoint in region eu-west-1");
  }

  @Test
  void an_arn_of_another_region_is_refused_at_once() {
    assertThatThrownBy(() -> KvsHlsSessions.connect(ARN, "us-east-1", 300))
        .isInstanceOf(KvsConnectionException.class)
        .hasMessageContaining("another region than us-east-1");
  }
}
