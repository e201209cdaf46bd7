package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;
import software.amazon.awssdk.services.kinesisvideo.model.APIName;
import software.amazon.awssdk.services.kinesisvideo.model.ClientLimitExceededException;
import software.amazon.awssdk.services.kinesisvideo.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesisvideo.model.KinesisVideoException;
import software.amazon.awssdk.services.kinesisvideo.model.ListStreamsResponse;
import software.amazon.awssdk.services.kinesisvideo.model.NotAuthorizedException;
import software.amazon.awssdk.services.kinesisvideo.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesisvideo.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesisvideo.model.StreamInfo;
import software.amazon.awssdk.services.kinesisvideo.model.UpdateDataRetentionOperation;
import software.amazon.awssdk.services.kinesisvideo.model.VersionMismatchException;

/** The control plane as the AWS SDK's client sees it. */
final class ControlPlaneTest {
  private final ManualClock clock = new ManualClock();
  private KvsServer server;
  private KinesisVideoClient client;

  @BeforeEach
  void start() throws IOException {
    server = KvsServer.start(0, KvsServer.Options.defaults().withClock(clock));
    client = Clients.control(server.endpoint());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private String create(String name) {
    return client
        .createStream(r ->
            r.streamName(name)
                .deviceName("d")
                .mediaType("video/h264")
                .dataRetentionInHours(24)
                .tags(Map.of("site", "north")))
        .streamARN();
  }

  @Test
  void a_created_stream_is_described_by_name_and_by_arn() {
    String arn = create("yard");

    StreamInfo byName = client.describeStream(r -> r.streamName("yard")).streamInfo();
    StreamInfo byArn = client.describeStream(r -> r.streamARN(arn)).streamInfo();

    assertThat(arn).matches("arn:aws:kinesisvideo:us-east-1:000000000000:stream/yard/\\d{13}");
    assertThat(byName).isEqualTo(byArn);
    assertThat(byName.streamName()).isEqualTo("yard");
    assertThat(byName.statusAsString()).isEqualTo("ACTIVE");
    assertThat(byName.dataRetentionInHours()).isEqualTo(24);
    assertThat(byName.creationTime()).isEqualTo(clock.instant());
    assertThat(byName.version()).isNotBlank();
  }

  @Test
  void a_name_is_given_once() {
    create("yard");
    assertThatThrownBy(() -> create("yard")).isInstanceOf(ResourceInUseException.class);
    assertThatThrownBy(() -> server.createStream("yard", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("already exists");
  }

  @Test
  void a_bad_name_is_refused_with_what_is_allowed() {
    assertThatThrownBy(() -> create("no spaces"))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("StreamName must match");
  }

  @Test
  void an_unknown_stream_is_not_found() {
    assertThatThrownBy(() -> client.describeStream(r -> r.streamName("nowhere")))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("The requested stream is not found or not active.");
    assertThatThrownBy(() -> client.describeStream(r -> r.streamARN("arn:aws:x:stream/nowhere/1")))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> client.describeStream(r -> {}))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("Either StreamName or StreamARN");
  }

  @Test
  void streams_are_listed_by_pages_and_by_prefix() {
    for (String name : List.of("a1", "a2", "b1", "a3")) {
      create(name);
    }
    ListStreamsResponse first = client.listStreams(r -> r.maxResults(3));
    ListStreamsResponse second = client.listStreams(r -> r.nextToken(first.nextToken()));
    ListStreamsResponse prefix =
        client.listStreams(r ->
            r.streamNameCondition(c -> c.comparisonOperator("BEGINS_WITH").comparisonValue("a")));

    assertThat(first.streamInfoList())
        .extracting(StreamInfo::streamName)
        .containsExactly("a1", "a2", "a3");
    assertThat(second.streamInfoList()).extracting(StreamInfo::streamName).containsExactly("b1");
    assertThat(second.nextToken()).isNull();
    assertThat(prefix.streamInfoList()).hasSize(3);
  }

  @Test
  void an_update_needs_the_present_version() {
    create("yard");
    String version = client.describeStream(r -> r.streamName("yard")).streamInfo().version();

    client.updateStream(r -> r.streamName("yard").currentVersion(version).deviceName("gate"));

    assertThat(client.describeStream(r -> r.streamName("yard")).streamInfo().deviceName())
        .isEqualTo("gate");
    assertThatThrownBy(() -> client.updateStream(r -> r.streamName("yard").currentVersion(version)))
        .isInstanceOf(VersionMismatchException.class);
  }

  @Test
  void retention_is_raised_and_lowered_within_its_bounds() {
    create("yard");
    retain(UpdateDataRetentionOperation.INCREASE_DATA_RETENTION, 6);
    assertThat(retention()).isEqualTo(30);
    retain(UpdateDataRetentionOperation.DECREASE_DATA_RETENTION, 30);
    assertThat(retention()).isZero();
    assertThatThrownBy(() -> retain(UpdateDataRetentionOperation.DECREASE_DATA_RETENTION, 1))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("must be 0 to 87600");
  }

  private int retention() {
    return client.describeStream(r -> r.streamName("yard")).streamInfo().dataRetentionInHours();
  }

  private void retain(UpdateDataRetentionOperation operation, int hours) {
    clock.advance(Duration.ofSeconds(2));
    String version = client.describeStream(r -> r.streamName("yard")).streamInfo().version();
    client.updateDataRetention(r ->
        r.streamName("yard")
            .currentVersion(version)
            .operation(operation)
            .dataRetentionChangeInHours(hours));
  }

  @Test
  void tags_are_set_listed_and_taken_away() {
    String arn = create("yard");
    client.tagStream(r -> r.streamARN(arn).tags(Map.of("floor", "1")));
    client.untagStream(r -> r.streamName("yard").tagKeyList("site"));
    assertThat(client.listTagsForStream(r -> r.streamARN(arn)).tags())
        .isEqualTo(Map.of("floor", "1"));
  }

  @Test
  void a_deleted_stream_is_gone() {
    String arn = create("yard");
    assertThatThrownBy(() -> client.deleteStream(r -> r.streamARN(arn).currentVersion("old")))
        .isInstanceOf(VersionMismatchException.class);
    client.deleteStream(r -> r.streamARN(arn));
    assertThatThrownBy(() -> client.describeStream(r -> r.streamName("yard")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void the_data_endpoint_is_this_server() {
    create("yard");
    for (APIName api : List.of(APIName.GET_HLS_STREAMING_SESSION_URL, APIName.GET_MEDIA)) {
      assertThat(client.getDataEndpoint(r -> r.streamName("yard").apiName(api)).dataEndpoint())
          .isEqualTo(server.endpoint().toString());
    }
    assertThatThrownBy(() -> client.getDataEndpoint(r -> r.streamName("yard").apiName("GET_LOST")))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void the_sixth_call_in_a_second_for_an_endpoint_is_one_too_many() {
    create("yard");
    for (int i = 0; i < 5; i++) {
      client.getDataEndpoint(r -> r.streamName("yard").apiName(APIName.GET_MEDIA));
    }
    assertThatThrownBy(
            () -> client.getDataEndpoint(r -> r.streamName("yard").apiName(APIName.GET_MEDIA)))
        .isInstanceOf(ClientLimitExceededException.class);
    clock.advance(Duration.ofSeconds(1));
    client.getDataEndpoint(r -> r.streamName("yard").apiName(APIName.GET_MEDIA));
  }

  @Test
  void faults_asked_for_reach_the_client_as_its_exceptions() {
    server.faults().failCalls(1, 403);
    assertThatThrownBy(() -> client.listStreams()).isInstanceOf(NotAuthorizedException.class);
    server.faults().failCalls(1, 503);
    var error = catchThrowableOfType(KinesisVideoException.class, () -> client.listStreams());
    assertThat(error.statusCode()).isEqualTo(503);
    assertThat(client.listStreams().streamInfoList()).isEmpty();
  }

  @Test
  void a_call_without_a_signature_is_refused_as_aws_does() throws Exception {
    HttpResponse<String> unsigned = post("/listStreams", "{}", "");
    assertThat(unsigned.statusCode()).isEqualTo(403);
    assertThat(unsigned.headers().firstValue("x-amzn-ErrorType"))
        .hasValue("MissingAuthenticationTokenException");
    HttpResponse<String> broken = post("/listStreams", "{}", "Bearer x");
    assertThat(broken.headers().firstValue("x-amzn-ErrorType"))
        .hasValue("IncompleteSignatureException");
  }

  @Test
  void a_body_that_is_no_json_object_and_a_path_that_is_no_call_are_refused() throws Exception {
    String signed =
        "AWS4-HMAC-SHA256 Credential=id/20261121/us-east-1/kinesisvideo/aws4_request,"
            + " SignedHeaders=host;x-amz-date, Signature="
            + "0".repeat(64);
    assertThat(post("/listStreams", "[]", signed).body()).contains("not a JSON object");
    assertThat(post("/listStreams", "{\"a\":", signed).body()).contains("not JSON");
    assertThat(post("/listStreams", "{\"MaxResults\":\"x\"}", signed).body())
        .contains("MaxResults must be a whole number from 1 to 10000.");
    assertThat(post("/listStreams", "", signed).statusCode()).isEqualTo(200);
    assertThat(post("/makeTea", "{}", signed).statusCode()).isEqualTo(404);
    assertThat(post("/listStreams", " ".repeat((1 << 20) + 1), signed).statusCode()).isEqualTo(413);
  }

  private HttpResponse<String> post(String path, String body, String authorization)
      throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(server.endpoint() + path))
              .header("Authorization", authorization)
              .POST(BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    }
  }

  @Test
  void the_environment_names_an_endpoint_for_each_client() {
    assertThat(server.environment())
        .containsOnlyKeys(
            "AWS_ENDPOINT_URL_KINESIS_VIDEO",
            "AWS_ENDPOINT_URL_KINESIS_VIDEO_MEDIA",
            "AWS_ENDPOINT_URL_KINESIS_VIDEO_ARCHIVED_MEDIA")
        .containsValue(server.endpoint().toString());
    assertThat(server.endpoint().getHost()).isEqualTo("127.0.0.1");
  }
}
