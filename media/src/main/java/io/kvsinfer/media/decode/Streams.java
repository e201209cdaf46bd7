package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/** FFmpeg's streams and packets as the values of this package. */
final class Streams {
  private Streams() {}

  /** The first video stream that is not a cover picture. */
  static AVStream firstVideo(AVFormatContext context, String what) throws MediaException {
    for (int i = 0; i < context.nb_streams(); i++) {
      AVStream stream = context.streams(i);
      boolean cover = (stream.disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0;
      if (stream.codecpar().codec_type() == avutil.AVMEDIA_TYPE_VIDEO && !cover) {
        return stream;
      }
    }
    throw new MediaException(what + " holds no video track");
  }

  static VideoTrack track(AVCodecParameters parameters, String what) throws MediaException {
    Codec codec = FFmpeg.codec(parameters.codec_id(), what);
    byte[] extra = new byte[Math.max(0, parameters.extradata_size())];
    if (extra.length > 0) {
      parameters.extradata().get(extra, 0, extra.length);
    }
    // Parameter sets that FFmpeg took out of an Annex B stream are in every keyframe of it anyway.
    byte[] codecPrivate = AnnexB.startsWithStartCode(extra) ? new byte[0] : extra;
    return new VideoTrack(codec, codecPrivate, parameters.width(), parameters.height());
  }

  static Sample sample(AVPacket packet, AVStream stream) {
    byte[] data = bytes(packet);
    long decode = packet.dts();
    long present = packet.pts();
    if (decode == avutil.AV_NOPTS_VALUE) {
      decode = present;
    } else if (present == avutil.AV_NOPTS_VALUE) {
      present = decode;
    }
    AVRational base = stream.time_base();
    return new Sample(data, micros(decode, base), micros(present, base), isKey(packet));
  }

  static byte[] bytes(AVPacket packet) {
    byte[] data = new byte[packet.size()];
    packet.data().get(data, 0, data.length);
    return data;
  }

  static boolean isKey(AVPacket packet) {
    return (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0;
  }

  static long micros(long value, AVRational base) {
    return value == avutil.AV_NOPTS_VALUE
        ? 0
        : avutil.av_rescale(value, (long) base.num() * FFmpeg.MICROSECONDS, base.den());
  }
}
