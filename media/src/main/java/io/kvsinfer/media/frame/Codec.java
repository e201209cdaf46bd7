package io.kvsinfer.media.frame;

/** Video codecs a stream may carry. */
public enum Codec {
  H264,
  H265,
  VP8,
  VP9,
  AV1,
  MJPEG
}
