package io.kvsinfer.media.decode;

/**
 * What a sequence parameter set says (ITU-T H.264, 7.3.2.1.1; H.265, 7.3.2.2).
 *
 * @param width shown width in pixels, cropping applied, likewise {@code height}
 * @param chromaFormat 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4
 * @param lumaDepth bits a sample, likewise {@code chromaDepth}
 */
record SequenceParameters(int width, int height, int chromaFormat, int lumaDepth, int chromaDepth) {
  private static final int MACROBLOCK = 16;
  private static final int H264_HEADER = 1;
  private static final int H265_HEADER = 2;

  static SequenceParameters h264(byte[] sps) throws MediaException {
    BitReader in = new BitReader(sps, H264_HEADER);
    int profile = in.bits(8);
    in.skip(16);
    in.ue();
    int chroma = 1;
    int luma = 8;
    int chromaDepth = 8;
    if (isHighProfile(profile)) {
      chroma = in.ue();
      if (chroma == 3) {
        in.bit();
      }
      luma = 8 + in.ue();
      chromaDepth = 8 + in.ue();
      in.bit();
      skipScalingLists(in, chroma);
    }
    in.ue();
    skipPictureOrder(in);
    in.ue();
    in.bit();
    int columns = in.ue() + 1;
    int rows = in.ue() + 1;
    int fields = 2 - in.bit();
    if (fields == 2) {
      in.bit();
    }
    in.bit();
    int cropX = 0;
    int cropY = 0;
    if (in.bit() == 1) {
      cropX = (in.ue() + in.ue()) * (chroma == 1 || chroma == 2 ? 2 : 1);
      cropY = (in.ue() + in.ue()) * (chroma == 1 ? 2 : 1) * fields;
    }
    return checked(
        columns * MACROBLOCK - cropX,
        rows * MACROBLOCK * fields - cropY,
        chroma,
        luma,
        chromaDepth);
  }

  private static boolean isHighProfile(int profile) {
    return switch (profile) {
      case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
      default -> false;
    };
  }

  private static void skipScalingLists(BitReader in, int chroma) throws MediaException {
    if (in.bit() == 0) {
      return;
    }
    int lists = chroma == 3 ? 12 : 8;
    for (int i = 0; i < lists; i++) {
      if (in.bit() == 1) {
        int size = i < 6 ? 16 : 64;
        int next = 8;
        int last = 8;
        for (int j = 0; j < size && next != 0; j++) {
          next = (last + in.se()) & 0xff;
          last = next;
        }
      }
    }
  }

  private static void skipPictureOrder(BitReader in) throws MediaException {
    int type = in.ue();
    if (type == 0) {
      in.ue();
    } else if (type == 1) {
      in.bit();
      in.se();
      in.se();
      int cycle = in.ue();
      for (int i = 0; i < cycle; i++) {
        in.se();
      }
    }
  }

  static SequenceParameters h265(byte[] sps) throws MediaException {
    BitReader in = new BitReader(sps, H265_HEADER);
    in.skip(4);
    int subLayers = in.bits(3);
    in.bit();
    skipProfileTierLevel(in, subLayers);
    in.ue();
    int chroma = in.ue();
    if (chroma == 3) {
      in.bit();
    }
    int width = in.ue();
    int height = in.ue();
    if (in.bit() == 1) {
      width -= (in.ue() + in.ue()) * (chroma == 1 || chroma == 2 ? 2 : 1);
      height -= (in.ue() + in.ue()) * (chroma == 1 ? 2 : 1);
    }
    return checked(width, height, chroma, 8 + in.ue(), 8 + in.ue());
  }

  private static void skipProfileTierLevel(BitReader in, int subLayers) throws MediaException {
    in.skip(96);
    boolean[] profile = new boolean[subLayers];
    boolean[] level = new boolean[subLayers];
    for (int i = 0; i < subLayers; i++) {
      profile[i] = in.bit() == 1;
      level[i] = in.bit() == 1;
    }
    if (subLayers > 0) {
      in.skip(2 * (8 - subLayers));
    }
    for (int i = 0; i < subLayers; i++) {
      in.skip((profile[i] ? 88 : 0) + (level[i] ? 8 : 0));
    }
  }

  private static SequenceParameters checked(
      int width, int height, int chroma, int luma, int chromaDepth) throws MediaException {
    if (width < 1 || height < 1 || width > 65_535 || height > 65_535 || chroma > 3) {
      throw new MediaException(
          "parameter set gives a picture of %d x %d, chroma format %d"
              .formatted(width, height, chroma));
    }
    return new SequenceParameters(width, height, chroma, luma, chromaDepth);
  }
}
