package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.Orientation;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/** FFmpeg's display matrix of a picture or a track: nine numbers, of which four say the turn. */
final class DisplayMatrix {
  private static final int NUMBERS = 9;

  private DisplayMatrix() {}

  /** That of a decoded picture; upright where nothing is said, or no quarter turns but an angle. */
  static Orientation of(AVFrame frame) {
    AVFrameSideData side = avutil.av_frame_get_side_data(frame, avutil.AV_FRAME_DATA_DISPLAYMATRIX);
    return side == null ? Orientation.UPRIGHT : of(side.data(), side.size());
  }

  /** That of a track, likewise. */
  static Orientation of(AVCodecParameters parameters) {
    AVPacketSideData side =
        parameters.nb_coded_side_data() == 0
            ? null
            : avcodec.av_packet_side_data_get(
                parameters.coded_side_data(),
                parameters.nb_coded_side_data(),
                avcodec.AV_PKT_DATA_DISPLAYMATRIX);
    return side == null ? Orientation.UPRIGHT : of(side.data(), side.size());
  }

  private static Orientation of(BytePointer data, long size) {
    if (size < (long) NUMBERS * Integer.BYTES) {
      return Orientation.UPRIGHT;
    }
    IntBuffer matrix =
        data.capacity((long) NUMBERS * Integer.BYTES)
            .asByteBuffer()
            .order(ByteOrder.nativeOrder())
            .asIntBuffer();
    // Rows of three: a b u, c d v, x y w; of these 16.16 numbers only the signs count.
    return Orientation.ofSigns(matrix.get(0), matrix.get(1), matrix.get(3), matrix.get(4));
  }
}
