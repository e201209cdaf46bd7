package io.kvsinfer.embedded;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.shaded.org.eclipse.jetty.server.Server;

/**
 * S3 over a folder, in this process, on a free port of the loopback interface. Signatures, also of
 * presigned URLs, are checked against {@link #ACCESS_KEY} and {@link #SECRET_KEY}. Requests come in
 * path style, which the SDK chooses by itself for an endpoint that is an address. No tagging,
 * lifecycle or server-side encryption. Thread-safe.
 */
public final class LocalS3 implements AutoCloseable {
  /** Access key id it takes; nothing secret. */
  public static final String ACCESS_KEY = "local";

  /** Secret access key it takes; nothing secret. */
  public static final String SECRET_KEY = "local";

  /** More than any object here that is worth a connection, in bytes. */
  private static final long MOST_DRAINED = 64L << 20;

  private final S3Proxy server;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LocalS3(S3Proxy server) {
    this.server = server;
  }

  /**
   * Starts one over that folder, which is created where it is absent; buckets are its folders.
   *
   * @throws IllegalArgumentException when the folder is not absolute
   * @throws EmbeddedServiceException when it does not start
   */
  public static LocalS3 start(Path folder) {
    if (!folder.isAbsolute()) {
      throw new IllegalArgumentException("the folder for objects must be absolute: " + folder);
    }
    try {
      Files.createDirectories(folder);
      S3Proxy server =
          S3Proxy.builder()
              .blobStore(new FilesystemNio2BlobStore(folder.toString()))
              .endpoint(URI.create("http://127.0.0.1:0"))
              .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
              .ignoreUnknownHeaders(true)
              .metricsEnabled(false)
              .build();
      drain(server);
      server.start();
      return new LocalS3(server);
    } catch (IOException e) {
      throw new EmbeddedServiceException("cannot create the folder for objects: " + folder, e);
    } catch (Exception e) {
      throw new EmbeddedServiceException("S3Proxy does not start: " + e.getMessage(), e);
    }
  }

  /** S3Proxy hands its server to nobody, and has no setting for what it leaves unread. */
  private static void drain(S3Proxy proxy) throws ReflectiveOperationException {
    Field field = S3Proxy.class.getDeclaredField("server");
    field.setAccessible(true);
    Server server = (Server) Objects.requireNonNull(field.get(proxy));
    server.setHandler(new RequestDrain(server.getHandler(), MOST_DRAINED));
  }

  /** Where clients find it: value of {@code AWS_ENDPOINT_URL_S3}. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      server.stop();
    } catch (Exception e) {
      throw new EmbeddedServiceException("S3Proxy does not stop: " + e.getMessage(), e);
    }
  }
}
