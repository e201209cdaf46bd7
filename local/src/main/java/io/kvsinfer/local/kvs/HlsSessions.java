package io.kvsinfer.local.kvs;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The open sessions by token. A token is a credential: it is in no log and no message. */
final class HlsSessions {
  private static final int TOKEN_BYTES = 32;
  private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

  private final SecureRandom random = new SecureRandom();
  private final Map<String, HlsSession> byToken = new ConcurrentHashMap<>();
  private final KvsServer.Options options;

  HlsSessions(KvsServer.Options options) {
    this.options = options;
  }

  HlsSession open(VideoStream stream, HlsRequest request) {
    Instant now = options.clock().instant();
    byToken.values().removeIf(old -> old.expired(now.minus(FORGOTTEN_AFTER)));
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = "CiC" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "~";
    long lifeMs = Math.round(request.expires().toMillis() * options.sessionLifeScale());
    HlsSession session = new HlsSession(token, stream, request, now.plusMillis(lifeMs));
    byToken.put(token, session);
    return session;
  }

  /** A session that was opened, whether or not it has expired. */
  Optional<HlsSession> find(@Nullable String token) {
    return Optional.ofNullable(token).map(byToken::get);
  }

  /**
   * @throws ApiException 403 when the token is unknown or has expired
   */
  HlsSession of(@Nullable String token) {
    return find(token)
        .filter(session -> !session.expired(options.clock().instant()))
        .orElseThrow(() -> ApiException.forbidden("The SessionToken is not valid or has expired."));
  }

  void expireAll() {
    byToken.values().forEach(HlsSession::expire);
  }

  void expire(String stream) {
    byToken.values().stream()
        .filter(session -> session.stream().name().equals(stream))
        .forEach(HlsSession::expire);
  }
}
