package io.kvsinfer.media.decode;

/** What decodes a track. */
public enum Hardware {
  /** The processor. */
  NONE("in software"),
  /** An NVIDIA GPU's decoder, through FFmpeg's cuvid decoders; pictures come back to memory. */
  NVDEC("by NVDEC");

  private final String words;

  Hardware(String words) {
    this.words = words;
  }

  /** As in "is decoded …". */
  public String words() {
    return words;
  }
}
