package io.kvsinfer.media.mkv;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tracks of the current segment. Frames of tracks that are no video are passed over. */
final class TrackTable {
  private static final int VIDEO_TYPE = 1;
  private static final int LARGEST_SIDE = 65_535;
  private static final int LONGEST_NAME = 40;

  /** KVS takes three tracks of any kind. */
  private static final int MOST_TRACKS = 64;

  private final Map<Integer, Long> frameDurationsNs = new HashMap<>();
  private boolean known;

  /** Forgets the tracks: another segment begins. */
  void clear() {
    known = false;
    frameDurationsNs.clear();
  }

  /**
   * Whether frames of this track are wanted.
   *
   * @throws MatroskaException when no track was described yet
   */
  boolean isVideo(int number, long offset) throws MatroskaException {
    if (!known) {
      throw new MatroskaException(
          "a block of track " + number + " before the segment's tracks", offset);
    }
    return frameDurationsNs.containsKey(number);
  }

  /** How long a frame of this track lasts, in nanoseconds; 0 where the stream does not say. */
  long frameDurationNs(int number) {
    return frameDurationsNs.getOrDefault(number, 0L);
  }

  /** Reads a {@code Tracks} body. */
  List<MatroskaEvent.Track> read(EbmlCursor tracks) throws MatroskaException {
    List<MatroskaEvent.Track> found = new ArrayList<>();
    known = true;
    while (tracks.hasNext()) {
      if (tracks.next() == Ids.TRACK_ENTRY) {
        MatroskaEvent.Track track = entry(tracks.inside(), tracks.offset());
        if (track != null) {
          found.add(track);
        }
      }
    }
    return found;
  }

  private MatroskaEvent.@Nullable Track entry(EbmlCursor entry, long offset)
      throws MatroskaException {
    int number = 0;
    int type = 0;
    long durationNs = 0;
    String codec = "";
    byte[] codecPrivate = new byte[0];
    int[] size = new int[2];
    boolean encoded = false;
    while (entry.hasNext()) {
      switch (entry.next()) {
        case Ids.TRACK_NUMBER -> number = entry.number(Integer.MAX_VALUE);
        case Ids.TRACK_TYPE -> type = entry.number(255);
        case Ids.DEFAULT_DURATION -> durationNs = entry.number(Integer.MAX_VALUE);
        case Ids.CODEC_ID -> codec = entry.text();
        case Ids.CODEC_PRIVATE -> codecPrivate = entry.body();
        case Ids.CONTENT_ENCODINGS -> encoded = true;
        case Ids.VIDEO -> size = size(entry.inside());
        default -> {
          // Names, languages and the like.
        }
      }
    }
    if (type != VIDEO_TYPE) {
      return null;
    }
    if (encoded) {
      throw new MatroskaException(
          "track " + number + " is compressed or encrypted, which is not read", offset);
    }
    if (frameDurationsNs.size() >= MOST_TRACKS && !frameDurationsNs.containsKey(number)) {
      throw new MatroskaException("more than " + MOST_TRACKS + " video tracks", offset);
    }
    frameDurationsNs.put(number, durationNs);
    VideoTrack track = new VideoTrack(codec(codec, offset), codecPrivate, size[0], size[1]);
    return new MatroskaEvent.Track(track, number);
  }

  private static int[] size(EbmlCursor video) throws MatroskaException {
    int[] size = new int[2];
    while (video.hasNext()) {
      switch (video.next()) {
        case Ids.PIXEL_WIDTH -> size[0] = video.number(LARGEST_SIDE);
        case Ids.PIXEL_HEIGHT -> size[1] = video.number(LARGEST_SIDE);
        default -> {
          // Colour, stereo mode and the like.
        }
      }
    }
    return size;
  }

  private static Codec codec(String name, long offset) throws MatroskaException {
    return switch (name) {
      case "V_MPEG4/ISO/AVC" -> Codec.H264;
      case "V_MPEGH/ISO/HEVC" -> Codec.H265;
      case "V_VP8" -> Codec.VP8;
      case "V_VP9" -> Codec.VP9;
      case "V_AV1" -> Codec.AV1;
      case "V_MJPEG" -> Codec.MJPEG;
      default ->
          throw new MatroskaException(
              "video codec '%s' is not read"
                  .formatted(
                      name.substring(0, Math.min(LONGEST_NAME, name.length()))
                          .replaceAll("[^ -~]", "?")),
              offset);
    };
  }

  static String codecId(Codec codec) {
    return switch (codec) {
      case H264 -> "V_MPEG4/ISO/AVC";
      case H265 -> "V_MPEGH/ISO/HEVC";
      case VP8 -> "V_VP8";
      case VP9 -> "V_VP9";
      case AV1 -> "V_AV1";
      case MJPEG -> "V_MJPEG";
    };
  }
}
