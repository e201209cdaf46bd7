package io.kvsinfer.local.kvs;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The API of the service {@code kinesisvideo}: streams, their tags, where their data is served. */
final class ControlPlane {
  private static final int LONGEST_RETENTION_HOURS = 87_600;
  private static final Set<String> DATA_APIS =
      Set.of(
          "PUT_MEDIA",
          "GET_MEDIA",
          "LIST_FRAGMENTS",
          "GET_MEDIA_FOR_FRAGMENT_LIST",
          "GET_HLS_STREAMING_SESSION_URL",
          "GET_DASH_STREAMING_SESSION_URL",
          "GET_CLIP",
          "GET_IMAGES");

  private static final String ACCOUNT = "account";
  private static final int MOST_TAGS = 50;
  private static final int PER_ACCOUNT = 50;
  private static final int PER_STREAM = 5;

  private final Streams streams;
  private final URI endpoint;
  private final RateLimits limits;

  ControlPlane(Streams streams, URI endpoint, RateLimits limits) {
    this.streams = streams;
    this.endpoint = endpoint;
    this.limits = limits;
  }

  Reply create(ApiRequest request) {
    limits.check("CreateStream", ACCOUNT, PER_ACCOUNT);
    Map<String, String> tags = checked(request.textMap("Tags"));
    VideoStream stream =
        streams.create(
            request.required("StreamName"),
            request.text("DeviceName").orElse(""),
            request.text("MediaType").orElse(""),
            request
                .number("DataRetentionInHours", 0, LONGEST_RETENTION_HOURS)
                .orElse(0L)
                .intValue());
    stream.tag(tags, MOST_TAGS);
    return Reply.json(Map.of("StreamARN", stream.arn()));
  }

  Reply describe(ApiRequest request) {
    VideoStream stream = streams.of(request);
    limits.check("DescribeStream", stream.name(), PER_STREAM);
    return Reply.json(Map.of("StreamInfo", info(stream)));
  }

  Reply list(ApiRequest request) {
    limits.check("ListStreams", ACCOUNT, PER_ACCOUNT);
    int most = request.number("MaxResults", 1, 10_000).orElse(1000L).intValue();
    Optional<PageToken> token = PageToken.of(request);
    String after = token.map(PageToken::after).orElse("");
    Optional<ApiRequest> condition =
        request.object("StreamNameCondition").or(() -> token.flatMap(PageToken::selector));
    String prefix = condition.map(c -> c.text("ComparisonValue").orElse("")).orElse("");
    List<Object> page = new ArrayList<>();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("StreamInfoList", page);
    String last = "";
    for (VideoStream stream : streams.all()) {
      if (stream.name().compareTo(after) <= 0 || !stream.name().startsWith(prefix)) {
        continue;
      }
      if (page.size() == most) {
        answer.put("NextToken", new PageToken(last, condition).text());
        break;
      }
      page.add(info(stream));
      last = stream.name();
    }
    return Reply.json(answer);
  }

  Reply update(ApiRequest request) {
    VideoStream stream = limited("UpdateStream", request);
    VideoStream.Description old = stream.description();
    stream.update(
        request.required("CurrentVersion"),
        request.text("DeviceName").orElse(old.deviceName()),
        request.text("MediaType").orElse(old.mediaType()),
        old.retentionHours());
    return Reply.json(Map.of());
  }

  Reply updateRetention(ApiRequest request) {
    VideoStream stream = limited("UpdateDataRetention", request);
    VideoStream.Description old = stream.description();
    int change =
        request
            .number("DataRetentionChangeInHours", 1, LONGEST_RETENTION_HOURS)
            .orElseThrow(() -> ApiException.invalid("DataRetentionChangeInHours is missing."))
            .intValue();
    int hours =
        switch (request.required("Operation")) {
          case "INCREASE_DATA_RETENTION" -> old.retentionHours() + change;
          case "DECREASE_DATA_RETENTION" -> old.retentionHours() - change;
          default ->
              throw ApiException.invalid(
                  "Operation must be INCREASE_DATA_RETENTION or DECREASE_DATA_RETENTION.");
        };
    if (hours < 0 || hours > LONGEST_RETENTION_HOURS) {
      throw ApiException.invalid(
          "The retention would be "
              + hours
              + " h; it must be 0 to "
              + LONGEST_RETENTION_HOURS
              + ".");
    }
    stream.update(request.required("CurrentVersion"), old.deviceName(), old.mediaType(), hours);
    return Reply.json(Map.of());
  }

  Reply delete(ApiRequest request) {
    VideoStream stream = streams.withArn(request.required("StreamARN"));
    limits.check("DeleteStream", stream.name(), PER_STREAM);
    request.text("CurrentVersion").ifPresent(stream::checkVersion);
    streams.delete(stream);
    return Reply.json(Map.of());
  }

  Reply dataEndpoint(ApiRequest request) {
    String api = request.required("APIName");
    if (!DATA_APIS.contains(api)) {
      throw ApiException.invalid("APIName " + api + " is not one of " + DATA_APIS + ".");
    }
    VideoStream stream = streams.of(request);
    limits.check("GetDataEndpoint", stream.name(), PER_STREAM);
    return Reply.json(Map.of("DataEndpoint", endpoint.toString()));
  }

  Reply tag(ApiRequest request) {
    limited("TagStream", request).tag(checked(request.textMap("Tags")), MOST_TAGS);
    return Reply.json(Map.of());
  }

  Reply untag(ApiRequest request) {
    limited("UntagStream", request).untag(request.texts("TagKeyList"));
    return Reply.json(Map.of());
  }

  Reply tags(ApiRequest request) {
    return Reply.json(Map.of("Tags", limited("ListTagsForStream", request).tags()));
  }

  private VideoStream limited(String api, ApiRequest request) {
    VideoStream stream = streams.of(request);
    limits.check(api, stream.name(), PER_STREAM);
    return stream;
  }

  private static Map<String, String> checked(Map<String, String> tags) {
    if (tags.size() > MOST_TAGS) {
      throw ApiException.badRequest(
          "TagsPerResourceExceededLimitException", "A stream has at most " + MOST_TAGS + " tags.");
    }
    tags.forEach((key, value) -> {
      if (key.isEmpty() || key.length() > 128 || value.length() > 256) {
        throw ApiException.invalid(
            "A tag has a key of 1 to 128 characters and a value of at most 256.");
      }
      if (key.startsWith("aws:")) {
        throw ApiException.invalid("A tag's key must not begin with aws:.");
      }
    });
    return tags;
  }

  private static Map<String, Object> info(VideoStream stream) {
    VideoStream.Description description = stream.description();
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("DeviceName", description.deviceName());
    info.put("StreamName", stream.name());
    info.put("StreamARN", stream.arn());
    info.put("MediaType", description.mediaType());
    info.put(
        "KmsKeyId",
        stream
            .arn()
            .replaceAll(
                "^arn:aws:kinesisvideo:([^:]*:[^:]*):.*", "arn:aws:kms:$1:alias/aws/kinesisvideo"));
    info.put("Version", description.version());
    info.put("Status", "ACTIVE");
    info.put("CreationTime", ApiRequest.seconds(stream.createdAt()));
    info.put("DataRetentionInHours", description.retentionHours());
    return info;
  }
}
