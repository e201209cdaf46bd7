package io.kvsinfer.worker.source.kvs;

import io.kvsinfer.worker.source.KvsConnectionException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;

/**
 * The client of a stream's control plane. One of its own is made when it is first asked for, on the
 * thread that asks: many cameras begin at once, and none waits for the clients of the others.
 * Thread-safe.
 */
public final class ControlClient implements AutoCloseable {
  private final String region;
  private final boolean owned;
  private @Nullable KinesisVideoClient client;
  private boolean closed;

  private ControlClient(String region, @Nullable KinesisVideoClient client) {
    this.region = region;
    this.client = client;
    this.owned = client == null;
  }

  /** One that is shared with others and stays open. */
  public static ControlClient shared(KinesisVideoClient client, String region) {
    return new ControlClient(region, client);
  }

  /** One of its own: credentials and endpoint as the AWS SDK finds them in the environment. */
  public static ControlClient own(String region) {
    return new ControlClient(region, null);
  }

  /**
   * The client.
   *
   * @throws KvsConnectionException once closed
   */
  public synchronized KinesisVideoClient get() {
    KinesisVideoClient known = client;
    if (closed) {
      throw new KvsConnectionException("reading was ended", false, null);
    }
    if (known == null) {
      known =
          KinesisVideoClient.builder()
              .region(Region.of(region))
              .httpClientBuilder(
                  UrlConnectionHttpClient.builder()
                      .connectionTimeout(Duration.ofSeconds(5))
                      .socketTimeout(Duration.ofSeconds(10)))
              .build();
      client = known;
    }
    return known;
  }

  @Override
  public synchronized void close() {
    closed = true;
    KinesisVideoClient known = client;
    if (owned && known != null) {
      known.close();
    }
  }
}
