package io.kvsinfer.local.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What can be asked of a server, by name, and groups of it that a fault can mean. */
public final class Apis {
  /** Playlists, init and media fragments. */
  public static final List<String> HLS =
      List.of(
          "GetHLSMasterPlaylist",
          "GetHLSMediaPlaylist",
          "GetMP4InitFragment",
          "GetMP4MediaFragment");

  /** Answers that are media. */
  public static final List<String> MEDIA =
      List.of("GetMedia", "GetMP4MediaFragment", "GetMediaForFragmentList", "GetClip");

  /** Calls that are signed. */
  public static final List<String> CALLS =
      List.of(
          "CreateStream",
          "DescribeStream",
          "ListStreams",
          "UpdateStream",
          "UpdateDataRetention",
          "DeleteStream",
          "TagStream",
          "UntagStream",
          "ListTagsForStream",
          "GetDataEndpoint",
          "PutMedia",
          "GetMedia",
          "ListFragments",
          "GetMediaForFragmentList",
          "GetHLSStreamingSessionURL",
          "GetClip",
          "GetImages");

  private static final Map<String, List<String>> GROUPS = groups();

  private Apis() {}

  private static Map<String, List<String>> groups() {
    Map<String, List<String>> groups = new TreeMap<>();
    List<String> all = new ArrayList<>(CALLS);
    all.addAll(HLS);
    groups.put("all", List.copyOf(all));
    groups.put("hls", HLS);
    groups.put("media", MEDIA);
    groups.put("calls", CALLS);
    all.forEach(api -> groups.put(api.toLowerCase(Locale.ROOT), List.of(api)));
    return groups;
  }

  /** What a name or a group means, whatever its case; empty for an unknown one. */
  static Optional<List<String>> named(String name) {
    return Optional.ofNullable(GROUPS.get(name.toLowerCase(Locale.ROOT)));
  }
}
