package io.kvsinfer.contract.settings;

/**
 * How the stream is read.
 *
 * @param mode which KVS API
 * @param fallback whether HLS takes over when GetMedia keeps failing
 * @param retentionRequired false allows a stream without retention, GetMedia only
 */
public record PlaybackSettings(
    Mode mode,
    boolean fallback,
    boolean retentionRequired,
    Preset preset,
    HlsSettings hls,
    GetMediaSettings getmedia) {

  /** KVS API to read by. */
  public enum Mode {
    HLS,
    GETMEDIA
  }

  /** Named sets of HLS settings; a value given beside a preset wins over it. */
  public enum Preset {
    BALANCED,
    CONSERVATIVE,
    AGGRESSIVE
  }
}
