package io.kvsinfer.local.kvs;

import io.kvsinfer.local.fault.Apis;
import io.kvsinfer.local.fault.Effect;
import io.kvsinfer.local.fault.Fault;
import io.kvsinfer.local.fault.FaultList;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Faults on demand, by {@link Fault} or by the short ways here. Thread-safe. */
public final class Faults {
  private final HlsSessions sessions;
  private final FaultList list;

  Faults(HlsSessions sessions, InstantSource clock) {
    this.sessions = sessions;
    this.list = new FaultList(clock);
  }

  public void add(Fault fault) {
    list.add(fault);
  }

  /**
   * Adds a fault as it is written on the command line.
   *
   * @throws IllegalArgumentException which says what would be right
   */
  public void add(String spec) {
    list.add(Fault.parse(spec));
  }

  public void clear() {
    list.clear();
  }

  /** All that were added since they were last cleared. */
  public List<FaultList.Standing> standing() {
    return list.standing();
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
    refuse(Apis.HLS, times, status);
  }

  /** Answers the next {@code times} signed calls, of whatever API, with {@code status}. */
  public void failCalls(int times, int status) {
    refuse(Apis.CALLS, times, status);
  }

  private void refuse(List<String> apis, int times, int status) {
    Effect refusal = Fault.parse(Integer.toString(status)).effect();
    add(Fault.of(Integer.toString(status), refusal, apis, times));
  }

  /** Puts an error into the answer of a GetMedia, in place of its next fragment, and ends it. */
  public void failMedia(int id, String code) {
    add(Fault.of("error", new Effect.InBandError(id, code), Apis.MEDIA, 1));
  }

  /** Refuses a request where that is due, and ends sessions where that is. */
  void meet(String api, Optional<String> stream) {
    if (Apis.HLS.contains(api) && stream.isPresent()) {
      list.takeAll(Effect.Expiry.class, stream.get()).forEach(e -> sessions.expire(stream.get()));
    }
    list.take(Effect.Refusal.class, api, stream)
        .ifPresent(refusal -> {
          throw new ApiException(refusal.status(), refusal.type(), "A fault that was asked for.");
        });
  }

  Optional<Effect.Breakage> breakage(String api, Optional<String> stream) {
    return list.take(Effect.Breakage.class, api, stream);
  }

  Optional<Effect.InBandError> mediaError(String stream) {
    return list.take(Effect.InBandError.class, "GetMedia", Optional.of(stream));
  }

  /** What is due to a fragment that a camera is about to send. */
  List<Effect.CameraFault> ofCamera(String stream) {
    return list.takeAll(Effect.CameraFault.class, stream);
  }
}
