package io.kvsinfer.worker.source.getmedia;

import io.kvsinfer.worker.source.KvsConnectionException;
import io.kvsinfer.worker.source.kvs.ControlClient;
import io.kvsinfer.worker.source.kvs.KvsRefusals;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;
import software.amazon.awssdk.services.kinesisvideo.model.APIName;
import software.amazon.awssdk.services.kinesisvideomedia.KinesisVideoMediaClient;
import software.amazon.awssdk.services.kinesisvideomedia.model.GetMediaRequest;
import software.amazon.awssdk.services.kinesisvideomedia.model.StartSelector;
import software.amazon.awssdk.services.kinesisvideomedia.model.StartSelectorType;

/** {@code GetDataEndpoint} (kept, asked for again after a failure), then {@code GetMedia}. */
public final class KvsMediaConnections implements MediaConnections {
  private static final Duration ANSWER = Duration.ofSeconds(10);

  /** Longer than the longest fragment of KVS, which may come all at once. */
  private static final Duration IDLE = Duration.ofSeconds(25);

  private final ControlClient control;
  private final Function<URI, KinesisVideoMediaClient> media;
  private final String stream;
  private final KvsRefusals refusals;
  private volatile @Nullable KinesisVideoMediaClient known;

  /**
   * Connections by clients that are shared with others.
   *
   * @param control of the stream's region; not closed here
   * @param media makes a client for a data endpoint; closed here
   * @param stream name or ARN of the stream
   * @param region of the clients, for messages
   * @throws KvsConnectionException where the ARN is of another region
   */
  public KvsMediaConnections(
      KinesisVideoClient control,
      Function<URI, KinesisVideoMediaClient> media,
      String stream,
      String region) {
    this(ControlClient.shared(control, region), media, stream, region);
  }

  private KvsMediaConnections(
      ControlClient control,
      Function<URI, KinesisVideoMediaClient> media,
      String stream,
      String region) {
    this.control = control;
    this.media = media;
    this.stream = stream;
    this.refusals = new KvsRefusals(stream, region);
    if (isArn(stream) && !stream.split(":", -1)[3].equals(region)) {
      throw new KvsConnectionException(
          "stream %s is of another region than %s: set region to that of its ARN"
              .formatted(stream, region),
          true,
          null);
    }
  }

  /**
   * Connections by clients of its own: credentials and endpoints as the AWS SDK finds them in the
   * environment.
   *
   * @param stream name or ARN of the stream
   * @param http shared, stays open
   */
  public static KvsMediaConnections connect(String stream, String region, HttpClient http) {
    return new KvsMediaConnections(
        ControlClient.own(region), endpoint -> client(endpoint, region, http), stream, region);
  }

  /**
   * A client whose answers can be let go of at any time. It does not try again by itself: the
   * source does, and says so.
   */
  public static KinesisVideoMediaClient client(URI endpoint, String region, HttpClient http) {
    return client(endpoint, region, http, IDLE);
  }

  /**
   * Likewise.
   *
   * @param idle how long a connection may say nothing before it is taken for dead
   */
  public static KinesisVideoMediaClient client(
      URI endpoint, String region, HttpClient http, Duration idle) {
    return KinesisVideoMediaClient.builder()
        .region(Region.of(region))
        .endpointOverride(endpoint)
        .httpClient(new MediaHttp(http, ANSWER, idle))
        .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
        .build();
  }

  @Override
  public InputStream open(MediaStart start) {
    KinesisVideoMediaClient client = client();
    try {
      return client.getMedia(request(start));
    } catch (SdkException e) {
      forgetEndpoint();
      throw refusals.ofMedia(e);
    }
  }

  @Override
  public String name() {
    return stream;
  }

  @Override
  public void close() {
    forgetEndpoint();
    control.close();
  }

  private KinesisVideoMediaClient client() {
    KinesisVideoMediaClient client = known;
    if (client != null) {
      return client;
    }
    try {
      String endpoint =
          control
              .get()
              .getDataEndpoint(r -> {
                r.apiName(APIName.GET_MEDIA);
                if (isArn(stream)) {
                  r.streamARN(stream);
                } else {
                  r.streamName(stream);
                }
              })
              .dataEndpoint();
      KinesisVideoMediaClient made = media.apply(URI.create(endpoint));
      known = made;
      return made;
    } catch (SdkException e) {
      throw refusals.ofDataEndpoint(e);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new KvsConnectionException(
          "stream " + stream + " was given a data endpoint that is no URL", false, e);
    }
  }

  private void forgetEndpoint() {
    KinesisVideoMediaClient client = known;
    known = null;
    if (client != null) {
      client.close();
    }
  }

  private GetMediaRequest request(MediaStart start) {
    StartSelector.Builder selector = StartSelector.builder();
    switch (start) {
      case MediaStart.Now() -> selector.startSelectorType(StartSelectorType.NOW);
      case MediaStart.Earliest() -> selector.startSelectorType(StartSelectorType.EARLIEST);
      case MediaStart.AfterFragment(var number) ->
          selector.startSelectorType(StartSelectorType.FRAGMENT_NUMBER).afterFragmentNumber(number);
      case MediaStart.AfterToken(var token) ->
          selector.startSelectorType(StartSelectorType.CONTINUATION_TOKEN).continuationToken(token);
      case MediaStart.AtServerTime(var time) ->
          selector.startSelectorType(StartSelectorType.SERVER_TIMESTAMP).startTimestamp(time);
      case MediaStart.AtProducerTime(var time) ->
          selector.startSelectorType(StartSelectorType.PRODUCER_TIMESTAMP).startTimestamp(time);
    }
    GetMediaRequest.Builder request = GetMediaRequest.builder().startSelector(selector.build());
    return isArn(stream) ? request.streamARN(stream).build() : request.streamName(stream).build();
  }

  private static boolean isArn(String stream) {
    return stream.startsWith("arn:") && stream.split(":", -1).length >= 6;
  }
}
