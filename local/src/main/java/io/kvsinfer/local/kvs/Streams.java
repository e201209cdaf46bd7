package io.kvsinfer.local.kvs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The streams of this server by name. Thread-safe. */
final class Streams {
  static final String NAME = "[a-zA-Z0-9_.-]{1,256}";

  private final ConcurrentSkipListMap<String, VideoStream> byName = new ConcurrentSkipListMap<>();
  private final AtomicInteger folders = new AtomicInteger();
  private final KvsServer.Options options;

  Streams(KvsServer.Options options) {
    this.options = options;
  }

  /**
   * @throws ApiException where the name is no name or already taken
   */
  VideoStream create(String name, String deviceName, String mediaType, int retentionHours) {
    if (!name.matches(NAME)) {
      throw ApiException.invalid("StreamName must match " + NAME + ".");
    }
    Instant now = options.clock().instant();
    String arn =
        "arn:aws:kinesisvideo:%s:%s:stream/%s/%d"
            .formatted(options.region(), options.account(), name, now.toEpochMilli());
    var description =
        new VideoStream.Description(
            VideoStream.newVersion(), deviceName, mediaType, retentionHours);
    var fragments = new FragmentStore(options.maxStreamBytes(), folder());
    var stream = new VideoStream(name, arn, now, description, fragments);
    if (byName.putIfAbsent(name, stream) != null) {
      throw ApiException.badRequest(
          "ResourceInUseException", "The stream " + name + " already exists.");
    }
    return stream;
  }

  /** A folder of its own for each stream, whose names would not all be names of folders. */
  private @Nullable Path folder() {
    Path all = options.folder();
    if (all == null) {
      return null;
    }
    try {
      return Files.createDirectory(all.resolve("stream-" + folders.incrementAndGet()));
    } catch (IOException e) {
      throw new UncheckedIOException("a stream cannot be kept in " + all, e);
    }
  }

  Optional<VideoStream> byName(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The stream that StreamName or StreamARN of a request means. */
  VideoStream of(ApiRequest request) {
    Optional<String> name = request.text("StreamName");
    Optional<String> arn = request.text("StreamARN");
    if (name.isPresent() == arn.isPresent()) {
      throw ApiException.invalid("Either StreamName or StreamARN must be given, not both.");
    }
    return name.isPresent() ? named(name.get()) : withArn(arn.orElseThrow());
  }

  VideoStream named(String name) {
    return byName(name).orElseThrow(() -> notFound());
  }

  VideoStream withArn(String arn) {
    String[] parts = arn.split("/", -1);
    return Optional.ofNullable(parts.length == 3 ? byName.get(parts[1]) : null)
        .filter(stream -> stream.arn().equals(arn))
        .orElseThrow(() -> notFound());
  }

  private static ApiException notFound() {
    return ApiException.notFound("The requested stream is not found or not active.");
  }

  void delete(VideoStream stream) {
    byName.remove(stream.name(), stream);
    stream.fragments().clear();
  }

  /** Forgets everything, and leaves the folder of the streams as it was found. */
  void close() {
    List.copyOf(byName.values()).forEach(this::delete);
    Path all = options.folder();
    for (int i = 1; all != null && i <= folders.get(); i++) {
      try {
        Files.deleteIfExists(all.resolve("stream-" + i));
      } catch (IOException e) {
        throw new UncheckedIOException("a folder in " + all + " stays", e);
      }
    }
  }

  /** In the order of their names. */
  List<VideoStream> all() {
    return List.copyOf(byName.values());
  }
}
