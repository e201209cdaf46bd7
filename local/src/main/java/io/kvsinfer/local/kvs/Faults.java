package io.kvsinfer.local.kvs;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Faults on demand. Thread-safe. */
public final class Faults {
  private record Failing(int times, int status) {}

  /** As in tags ERROR_ID and ERROR_CODE. */
  record MediaError(int id, String code) {}

  private final HlsSessions sessions;
  private final AtomicReference<@Nullable MediaError> media = new AtomicReference<>();
  private final AtomicReference<Failing> hls = new AtomicReference<>(new Failing(0, 0));
  private final AtomicReference<Failing> calls = new AtomicReference<>(new Failing(0, 0));

  Faults(HlsSessions sessions) {
    this.sessions = sessions;
  }

  /** Ends every open HLS session now: its playlists and fragments answer 403. */
  public void expireSessions() {
    sessions.expireAll();
  }

  /** Ends the open HLS sessions of one stream. */
  public void expireSessions(String stream) {
    sessions.expire(stream);
  }

  /** Answers the next {@code times} requests for playlists and fragments with {@code status}. */
  public void failHls(int times, int status) {
    hls.set(new Failing(times, status));
  }

  /** Answers the next {@code times} signed calls, of whatever API, with {@code status}. */
  public void failCalls(int times, int status) {
    calls.set(new Failing(times, status));
  }

  /** Puts an error into the answer of a GetMedia, in place of its next fragment, and ends it. */
  public void failMedia(int id, String code) {
    media.set(new MediaError(id, code));
  }

  Optional<MediaError> mediaError() {
    return Optional.ofNullable(media.getAndSet(null));
  }

  void beforeHls() {
    raise(hls);
  }

  void beforeCall() {
    raise(calls);
  }

  private static void raise(AtomicReference<Failing> kind) {
    Failing before =
        kind.getAndUpdate(f -> f.times() == 0 ? f : new Failing(f.times() - 1, f.status()));
    if (before.times() > 0) {
      throw error(before.status());
    }
  }

  private static ApiException error(int status) {
    String type =
        switch (status) {
          case 401, 403 -> "NotAuthorizedException";
          case 404 -> "ResourceNotFoundException";
          case 400, 429 -> "ClientLimitExceededException";
          default -> status >= 500 ? "InternalFailure" : "InvalidArgumentException";
        };
    return new ApiException(status, type, "A fault that was asked for.");
  }
}
