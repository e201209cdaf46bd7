package io.kvsinfer.media.decode;

import io.kvsinfer.media.frame.VideoTrack;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * An RTSP camera (RFC 2326, RTP interleaved in TCP) that shows a few pictures and then says nothing
 * more, with its connection open.
 */
final class QuietCamera implements AutoCloseable {
  private static final int LARGEST_PAYLOAD = 1400;
  private static final int FU_A = 28;

  private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final VideoTrack track;
  private final List<Sample> samples;
  private int sequence;

  QuietCamera(VideoTrack track, List<Sample> samples) throws IOException {
    this.track = track;
    this.samples = samples;
    Thread.ofPlatform().name("quiet-camera").daemon().start(this::serve);
  }

  String address() {
    return "rtsp://127.0.0.1:" + server.getLocalPort() + "/stream";
  }

  private void serve() {
    try (Socket socket = server.accept();
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      OutputStream out = socket.getOutputStream();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String method = line.split(" ", 2)[0];
        String number = "";
        for (String header = in.readLine(); !header.isEmpty(); header = in.readLine()) {
          number = header.startsWith("CSeq:") ? header : number;
        }
        out.write(answer(method, number).getBytes(StandardCharsets.US_ASCII));
        if (method.equals("PLAY")) {
          for (Sample sample : samples) {
            send(out, sample);
          }
        }
      }
    } catch (IOException | MediaException e) {
      // The reader went away, which is how each test ends.
    }
  }

  private String answer(String method, String number) {
    String head = "RTSP/1.0 200 OK\r\n" + number + "\r\n";
    return switch (method) {
      case "OPTIONS" -> head + "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n";
      case "DESCRIBE" -> {
        String sdp = description();
        yield head
            + "Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n".formatted(sdp.length())
            + sdp;
      }
      case "SETUP" -> head + "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n\r\n";
      default -> head + "Session: 1\r\n\r\n";
    };
  }

  private String description() {
    String sets =
        String.join(
            ",",
            avcParameterSets(track.codecPrivate()).stream()
                .map(Base64.getEncoder()::encodeToString)
                .toList());
    return "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\n"
        + "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
        + "a=fmtp:96 packetization-mode=1;sprop-parameter-sets="
        + sets
        + "\r\na=control:track1\r\n";
  }

  /** The parameter sets of an {@code avcC} as they stand in it, sequence before picture. */
  private static List<byte[]> avcParameterSets(byte[] avcC) {
    List<byte[]> sets = new ArrayList<>();
    int at = 5;
    for (int group = 0; group < 2; group++) {
      int count = group == 0 ? avcC[at] & 0x1f : avcC[at] & 0xff;
      at++;
      for (int i = 0; i < count; i++) {
        int length = ((avcC[at] & 0xff) << 8) | (avcC[at + 1] & 0xff);
        sets.add(Arrays.copyOfRange(avcC, at + 2, at + 2 + length));
        at += 2 + length;
      }
    }
    return sets;
  }

  /** RFC 6184: each unit whole, or in fragments where it is too large. */
  private void send(OutputStream out, Sample sample) throws IOException, MediaException {
    List<byte[]> units = AnnexB.nalUnits(AnnexB.fromLengthPrefixed(sample.data(), 4));
    for (int i = 0; i < units.size(); i++) {
      byte[] unit = units.get(i);
      boolean last = i == units.size() - 1;
      if (unit.length <= LARGEST_PAYLOAD) {
        packet(out, sample, unit, last);
        continue;
      }
      for (int at = 1; at < unit.length; at += LARGEST_PAYLOAD) {
        int end = Math.min(unit.length, at + LARGEST_PAYLOAD);
        byte[] part = new byte[2 + end - at];
        part[0] = (byte) ((unit[0] & 0x60) | FU_A);
        part[1] =
            (byte) ((at == 1 ? 0x80 : 0) | (end == unit.length ? 0x40 : 0) | (unit[0] & 0x1f));
        System.arraycopy(unit, at, part, 2, end - at);
        packet(out, sample, part, last && end == unit.length);
      }
    }
  }

  private void packet(OutputStream out, Sample sample, byte[] payload, boolean marker)
      throws IOException {
    ByteWriter rtp = new ByteWriter().u8('$').u8(0).u16(12 + payload.length);
    rtp.u8(0x80).u8((marker ? 0x80 : 0) | 96).u16(sequence++);
    rtp.u32(sample.presentUs() * 90 / 1000).u32(7).bytes(payload);
    out.write(Arrays.copyOf(rtp.toByteArray(), rtp.length()));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
