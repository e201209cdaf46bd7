package io.kvsinfer.worker.source.hls;

import io.kvsinfer.worker.source.KvsConnectionException;
import io.kvsinfer.worker.source.kvs.ControlClient;
import io.kvsinfer.worker.source.kvs.KvsRefusals;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;
import software.amazon.awssdk.services.kinesisvideo.model.APIName;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ContainerFormat;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.GetHlsStreamingSessionUrlRequest;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSDisplayFragmentTimestamp;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSFragmentSelector;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSPlaybackMode;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.HLSTimestampRange;

/**
 * Sessions by {@code GetDataEndpoint} (kept, asked for again after a failure) and {@code
 * GetHLSStreamingSessionURL}. Times in playlists are the producer's, but of {@link #openByArrival}
 * KVS's own.
 */
public final class KvsHlsSessions implements HlsSessions {
  /** KVS refuses a shorter life. */
  private static final int MIN_EXPIRES_SECONDS = 300;

  /** Enough to find the last fragment again when a session is renewed. */
  private static final int LIVE_FRAGMENTS = 20;

  /** The most KVS allows: a replay lists its whole backlog at once. */
  private static final int REPLAY_FRAGMENTS = 5000;

  private final ControlClient control;
  private final Function<URI, KinesisVideoArchivedMediaClient> archivedMedia;
  private final String stream;
  private final int expiresSeconds;
  private final KvsRefusals refusals;
  private volatile @Nullable KinesisVideoArchivedMediaClient media;

  /**
   * Sessions by clients that are shared with others.
   *
   * @param control of the stream's region; not closed here
   * @param archivedMedia makes a client for a data endpoint; closed here
   * @param stream name or ARN of the stream
   * @param region of the clients, for messages
   * @param sessionSeconds life of a session URL; KVS is never asked for less than 300 s
   * @throws KvsConnectionException where the ARN is of another region
   */
  public KvsHlsSessions(
      KinesisVideoClient control,
      Function<URI, KinesisVideoArchivedMediaClient> archivedMedia,
      String stream,
      String region,
      int sessionSeconds) {
    this(ControlClient.shared(control, region), archivedMedia, stream, region, sessionSeconds);
  }

  private KvsHlsSessions(
      ControlClient control,
      Function<URI, KinesisVideoArchivedMediaClient> archivedMedia,
      String stream,
      String region,
      int sessionSeconds) {
    this.control = control;
    this.archivedMedia = archivedMedia;
    this.stream = stream;
    this.expiresSeconds = Math.max(MIN_EXPIRES_SECONDS, sessionSeconds);
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
   * Sessions by clients of its own: credentials and endpoints as the AWS SDK finds them in the
   * environment.
   *
   * @param stream name or ARN of the stream
   * @param sessionSeconds life of a session URL; KVS is never asked for less than 300 s
   */
  public static KvsHlsSessions connect(String stream, String region, int sessionSeconds) {
    Region aws = Region.of(region);
    return new KvsHlsSessions(
        ControlClient.own(region),
        endpoint ->
            KinesisVideoArchivedMediaClient.builder()
                .region(aws)
                .endpointOverride(endpoint)
                .httpClientBuilder(http())
                .build(),
        stream,
        region,
        sessionSeconds);
  }

  private static UrlConnectionHttpClient.Builder http() {
    return UrlConnectionHttpClient.builder()
        .connectionTimeout(Duration.ofSeconds(5))
        .socketTimeout(Duration.ofSeconds(10));
  }

  @Override
  public HlsSession open(Playback playback) {
    return open(playback, HLSFragmentSelectorType.PRODUCER_TIMESTAMP);
  }

  @Override
  public Optional<HlsSession> openByArrival(Playback playback) {
    return Optional.of(open(playback, HLSFragmentSelectorType.SERVER_TIMESTAMP));
  }

  private HlsSession open(Playback playback, HLSFragmentSelectorType times) {
    KinesisVideoArchivedMediaClient client = client();
    try {
      String url =
          client.getHLSStreamingSessionURL(request(playback, times)).hlsStreamingSessionURL();
      int most = playback instanceof Playback.Live ? LIVE_FRAGMENTS : REPLAY_FRAGMENTS;
      return new HlsSession(URI.create(url), true, most);
    } catch (SdkException e) {
      forgetEndpoint();
      throw refusals.ofSession(e);
    } catch (IllegalArgumentException | NullPointerException e) {
      // without the cause: its text is the URL, and the token is in it
      throw new KvsConnectionException(
          "stream " + stream + " was given a session URL that is no URL", false, null);
    }
  }

  @Override
  public boolean replays() {
    return true;
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

  private KinesisVideoArchivedMediaClient client() {
    KinesisVideoArchivedMediaClient known = media;
    if (known != null) {
      return known;
    }
    try {
      String endpoint =
          control
              .get()
              .getDataEndpoint(r -> {
                r.apiName(APIName.GET_HLS_STREAMING_SESSION_URL);
                if (isArn(stream)) {
                  r.streamARN(stream);
                } else {
                  r.streamName(stream);
                }
              })
              .dataEndpoint();
      KinesisVideoArchivedMediaClient made = archivedMedia.apply(URI.create(endpoint));
      media = made;
      return made;
    } catch (SdkException e) {
      throw refusals.ofDataEndpoint(e);
    }
  }

  private void forgetEndpoint() {
    KinesisVideoArchivedMediaClient known = media;
    media = null;
    if (known != null) {
      known.close();
    }
  }

  private GetHlsStreamingSessionUrlRequest request(
      Playback playback, HLSFragmentSelectorType times) {
    HLSFragmentSelector.Builder selector =
        HLSFragmentSelector.builder().fragmentSelectorType(times);
    GetHlsStreamingSessionUrlRequest.Builder request =
        GetHlsStreamingSessionUrlRequest.builder()
            .containerFormat(ContainerFormat.FRAGMENTED_MP4)
            .displayFragmentTimestamp(HLSDisplayFragmentTimestamp.ALWAYS)
            .expires(expiresSeconds);
    switch (playback) {
      case Playback.Live() ->
          request
              .playbackMode(HLSPlaybackMode.LIVE)
              .maxMediaPlaylistFragmentResults((long) LIVE_FRAGMENTS);
      case Playback.Replay(var from) -> {
        request
            .playbackMode(HLSPlaybackMode.LIVE_REPLAY)
            .maxMediaPlaylistFragmentResults((long) REPLAY_FRAGMENTS);
        selector.timestampRange(HLSTimestampRange.builder().startTimestamp(from).build());
      }
      case Playback.OnDemand(var from, var to) -> {
        request
            .playbackMode(HLSPlaybackMode.ON_DEMAND)
            .maxMediaPlaylistFragmentResults((long) REPLAY_FRAGMENTS);
        selector.timestampRange(
            HLSTimestampRange.builder().startTimestamp(from).endTimestamp(to).build());
      }
    }
    request.hlsFragmentSelector(selector.build());
    if (isArn(stream)) {
      request.streamARN(stream);
    } else {
      request.streamName(stream);
    }
    return request.build();
  }

  private static boolean isArn(String stream) {
    return stream.startsWith("arn:") && stream.split(":", -1).length >= 6;
  }
}
