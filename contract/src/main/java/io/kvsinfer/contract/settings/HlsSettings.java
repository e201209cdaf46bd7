package io.kvsinfer.contract.settings;

/**
 * HLS session and reconnection, in seconds.
 *
 * @param sessionSeconds life of one session URL, 60–43200; renewed before it ends
 * @param urlRefreshMargin how long before the end it is renewed; less than the session
 * @param reconnectDelay delay of the second retry (the first comes within 1 s)
 * @param maxReconnectDelay longest delay between retries
 * @param backoffMultiplier factor from one delay to the next, at least 1
 * @param maxConsecutiveErrors after so many failures in a row the source raises
 */
public record HlsSettings(
    int sessionSeconds,
    int urlRefreshMargin,
    double reconnectDelay,
    double maxReconnectDelay,
    double backoffMultiplier,
    int maxConsecutiveErrors) {

  /** The values of a preset. */
  public static HlsSettings of(PlaybackSettings.Preset preset) {
    return switch (preset) {
      case BALANCED -> new HlsSettings(300, 30, 5, 60, 2.0, 10);
      case CONSERVATIVE -> new HlsSettings(1800, 120, 10, 300, 2.0, 20);
      case AGGRESSIVE -> new HlsSettings(60, 10, 1, 10, 2.0, 5);
    };
  }
}
