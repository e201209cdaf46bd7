package io.kvsinfer.local.kvs;

import io.kvsinfer.local.http.HttpListener;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Kinesis Video Streams on a loopback port: what the SDKs' clients {@code KinesisVideo}, {@code
 * KinesisVideoMedia} and {@code KinesisVideoArchivedMedia} call, and HLS. Everything ends with
 * {@link #close}.
 */
public final class KvsServer implements AutoCloseable {

  /**
   * How a server behaves.
   *
   * @param clock its server's time
   * @param region in the ARNs
   * @param account in the ARNs, 12 digits
   * @param maxStreamBytes media that one stream keeps at most
   * @param sessionLifeScale an HLS session lives this many times what {@code Expires} says; below 1
   *     for tests of expiry
   * @param mediaConnectionLife after it an answer of GetMedia ends without a word
   * @param enforceLimits whether calls beyond the service's limits a second are refused
   * @param folder an empty folder for the fragments' media, emptied at the end; null: in memory
   */
  public record Options(
      InstantSource clock,
      String region,
      String account,
      long maxStreamBytes,
      double sessionLifeScale,
      Duration mediaConnectionLife,
      boolean enforceLimits,
      @Nullable Path folder) {
    public static Options defaults() {
      return new Options(
          InstantSource.system(),
          "us-east-1",
          "000000000000",
          256L << 20,
          1.0,
          Duration.ofMinutes(45),
          true,
          null);
    }

    /** Keeps the fragments' media on disk. */
    public Options withFolder(Path value) {
      return new Options(
          clock,
          region,
          account,
          maxStreamBytes,
          sessionLifeScale,
          mediaConnectionLife,
          enforceLimits,
          value);
    }

    public Options withClock(InstantSource value) {
      return with(value, region, maxStreamBytes, sessionLifeScale, enforceLimits);
    }

    public Options withRegion(String value) {
      return with(clock, value, maxStreamBytes, sessionLifeScale, enforceLimits);
    }

    public Options withMaxStreamBytes(long value) {
      return with(clock, region, value, sessionLifeScale, enforceLimits);
    }

    public Options withSessionLifeScale(double value) {
      return with(clock, region, maxStreamBytes, value, enforceLimits);
    }

    public Options withEnforceLimits(boolean value) {
      return with(clock, region, maxStreamBytes, sessionLifeScale, value);
    }

    public Options withMediaConnectionLife(Duration value) {
      return new Options(
          clock, region, account, maxStreamBytes, sessionLifeScale, value, enforceLimits, folder);
    }

    private Options with(
        InstantSource clock, String region, long maxBytes, double lifeScale, boolean limits) {
      return new Options(
          clock, region, account, maxBytes, lifeScale, mediaConnectionLife, limits, folder);
    }
  }

  private final Options options;
  private final HttpListener http;
  private final Streams streams;
  private final Faults faults;
  private final List<ClipFeed> feeds = new CopyOnWriteArrayList<>();

  private KvsServer(Options options, HttpListener http) {
    this.options = options;
    this.http = http;
    streams = new Streams(options);
    HlsSessions sessions = new HlsSessions(options);
    faults = new Faults(sessions, options.clock());
    RateLimits limits = new RateLimits(options.clock(), options.enforceLimits());
    ControlPlane control = new ControlPlane(streams, endpoint(), limits);
    Hls hls = new Hls(streams, sessions, limits, options, endpoint());
    http.start(
        new Router(
            control,
            hls,
            new GetMedia(streams, limits, options, faults),
            new PutMedia(streams, limits, options),
            new Archive(streams, limits, options),
            new Clip(streams, limits),
            new Images(streams, limits),
            faults));
  }

  /** Starts a server on loopback; port 0 takes a free one. */
  public static KvsServer start(int port, Options options) throws IOException {
    return new KvsServer(options, HttpListener.bind(port));
  }

  public static KvsServer start(int port) throws IOException {
    return start(port, Options.defaults());
  }

  /** Where every API and HLS is served. */
  public URI endpoint() {
    return http.address();
  }

  /** The environment that points the AWS SDKs and the CLI at this server. */
  public Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String service : List.of("", "_MEDIA", "_ARCHIVED_MEDIA")) {
      environment.put("AWS_ENDPOINT_URL_KINESIS_VIDEO" + service, endpoint().toString());
    }
    return environment;
  }

  /**
   * Makes a stream without a call of the API.
   *
   * @throws IllegalArgumentException when the name is no name or taken
   */
  public VideoStream createStream(String name, int retentionHours) {
    try {
      return streams.create(name, "", "video/h264", retentionHours);
    } catch (ApiException e) {
      throw new IllegalArgumentException(e.text(), e);
    }
  }

  public Optional<VideoStream> stream(String name) {
    return streams.byName(name);
  }

  /** Plays a file into a stream of this server until it ends, or this server is closed. */
  public ClipFeed feed(VideoStream stream, Path file, ClipFeed.Options how) {
    ClipFeed feed = ClipFeed.start(stream, file, how, options.clock(), faults::ofCamera);
    feeds.add(feed);
    return feed;
  }

  public Faults faults() {
    return faults;
  }

  @Override
  public void close() {
    feeds.forEach(ClipFeed::close);
    http.close();
    streams.close();
  }
}
