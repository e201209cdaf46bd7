package io.kvsinfer.media.mkv;

import java.util.Locale;

/** Element ids (RFC 8794, RFC 9559), with their length marker. */
final class Ids {
  static final int EBML = 0x1A45DFA3;
  static final int EBML_VERSION = 0x4286;
  static final int EBML_READ_VERSION = 0x42F7;
  static final int EBML_MAX_ID_LENGTH = 0x42F2;
  static final int EBML_MAX_SIZE_LENGTH = 0x42F3;
  static final int DOC_TYPE = 0x4282;
  static final int DOC_TYPE_VERSION = 0x4287;
  static final int DOC_TYPE_READ_VERSION = 0x4285;
  static final int VOID = 0xEC;
  static final int CRC_32 = 0xBF;
  static final int SEGMENT = 0x18538067;
  static final int SEEK_HEAD = 0x114D9B74;
  static final int INFO = 0x1549A966;
  static final int TIMESTAMP_SCALE = 0x2AD7B1;
  static final int MUXING_APP = 0x4D80;
  static final int WRITING_APP = 0x5741;
  static final int TRACKS = 0x1654AE6B;
  static final int TRACK_ENTRY = 0xAE;
  static final int TRACK_NUMBER = 0xD7;
  static final int TRACK_UID = 0x73C5;
  static final int TRACK_TYPE = 0x83;
  static final int DEFAULT_DURATION = 0x23E383;
  static final int CODEC_ID = 0x86;
  static final int CODEC_PRIVATE = 0x63A2;
  static final int CONTENT_ENCODINGS = 0x6D80;
  static final int VIDEO = 0xE0;
  static final int PIXEL_WIDTH = 0xB0;
  static final int PIXEL_HEIGHT = 0xBA;
  static final int CLUSTER = 0x1F43B675;
  static final int TIMESTAMP = 0xE7;
  static final int POSITION = 0xA7;
  static final int PREVIOUS_SIZE = 0xAB;
  static final int SILENT_TRACKS = 0x5854;
  static final int ENCRYPTED_BLOCK = 0xAF;
  static final int SIMPLE_BLOCK = 0xA3;
  static final int BLOCK_GROUP = 0xA0;
  static final int BLOCK = 0xA1;
  static final int REFERENCE_BLOCK = 0xFB;
  static final int CUES = 0x1C53BB6B;
  static final int CHAPTERS = 0x1043A770;
  static final int ATTACHMENTS = 0x1941A469;
  static final int TAGS = 0x1254C367;
  static final int TAG = 0x7373;
  static final int SIMPLE_TAG = 0x67C8;
  static final int TAG_NAME = 0x45A3;
  static final int TAG_STRING = 0x4487;

  private Ids() {}

  /** Whether an element of this id stands beside clusters or segments, and so ends a cluster. */
  static boolean isOutsideCluster(int id) {
    return switch (id) {
      case EBML, SEGMENT, SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES, CHAPTERS, ATTACHMENTS, TAGS ->
          true;
      default -> false;
    };
  }

  /** Whether an element may stand beside clusters; the ids of all but two have four bytes. */
  static boolean mayStandInSegment(int id) {
    return id == VOID || id == CRC_32 || id >>> 28 == 1;
  }

  /** Whether an element that is not read may stand in a cluster. */
  static boolean mayStandInCluster(int id) {
    return switch (id) {
      case VOID, CRC_32, POSITION, PREVIOUS_SIZE, SILENT_TRACKS, ENCRYPTED_BLOCK -> true;
      default -> false;
    };
  }

  static String hex(int id) {
    return "0x" + Integer.toHexString(id).toUpperCase(Locale.ROOT);
  }
}
