package io.kvsinfer.media.mkv;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.media.frame.VideoTrack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Mutated streams: the reader ends or throws its own exception with an offset inside the stream,
 * and goes on at the next header, whatever stands between. {@code -Dkvsinfer.fuzz.inputs=1000000}
 * and {@code -Dkvsinfer.fuzz.seed=N} set how many and which; the seed is told when an input fails.
 */
class MatroskaFuzzTest {
  private static final int INPUTS = Integer.getInteger("kvsinfer.fuzz.inputs", 30_000);
  private static final long SEED = Long.getLong("kvsinfer.fuzz.seed", 20261121);

  /** Sizes, ids and flags that decide something. */
  private static final byte[][] TOKENS =
      tokens(
          "1A45DFA3",
          "18538067",
          "1549A966",
          "1654AE6B",
          "1254C367",
          "1F43B675",
          "A3",
          "A0",
          "A1",
          "E7",
          "AE",
          "EC",
          "BF",
          "01FFFFFFFFFFFFFF",
          "FF",
          "80",
          "00",
          "01 00000000000001",
          "08 FFFFFFFF",
          "13 1FFFFF",
          "7FFFFFFFFFFFFFFF",
          "88",
          "04 FF",
          "06 FF",
          "02 FF");

  /** Frames that laced blocks give at most, in one block of a few bytes. */
  private static final int LACED = 256;

  private static byte[][] tokens(String... hex) {
    return Arrays.stream(hex)
        .map(t -> HexFormat.of().parseHex(t.replace(" ", "")))
        .toArray(byte[][]::new);
  }

  private static byte[] answer() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MatroskaWriter writer = new MatroskaWriter(out);
    VideoTrack track = new VideoTrack(Codec.H264, new byte[] {1, 100, 0, 40, -1}, 640, 360);
    for (int fragment = 0; fragment < 3; fragment++) {
      writer.header(track);
      writer.tags(Map.of("AWS_KINESISVIDEO_FRAGMENT_NUMBER", "9134" + fragment));
      long ms = 1000L * fragment;
      if (fragment == 1) {
        writer.startCluster(ms);
        writer.frame(new byte[20], ms, true);
        writer.frame(new byte[] {8}, ms - 1, false);
      } else {
        writer.cluster(
            ms,
            List.of(
                new MatroskaEvent.Frame(new byte[40], ms, true, 1),
                new MatroskaEvent.Frame(new byte[] {1}, ms + 40, false, 1)));
      }
      writer.tags(Map.of("AWS_KINESISVIDEO_CONTINUATION_TOKEN", "9134" + fragment));
    }
    return out.toByteArray();
  }

  /** Groups, three kinds of lacing, an empty cluster, voids, sound. */
  private static byte[] foreign() {
    String hex =
        "1A45DFA3 8B 4282 88 6D6174726F736B61 EC 82 0000 18538067 01FFFFFFFFFFFFFF 114D9B74 81 00"
            + "1549A966 87 2AD7B1 83 0F4240"
            + "1654AE6B A9 AE 99 D78101 838101 23E383 84 02625A00 86 89 565F4D4A504547 0000"
            + "AE 8C D78102 838102 86 84 415F4143"
            + "1F43B675 80 1F43B675 01FFFFFFFFFFFFFF E7 81 0A"
            + "A0 88 A1 86 81 0005 00 AABB A0 8B A1 86 81 FFFE 00 CCDD FB 81 00"
            + "A3 8C 81 0000 82 02 01 02 11 2222 3333 A3 8C 81 0000 86 02 81 C0 11 2222 3333"
            + "A3 89 81 0000 04 01 AAAA BBBB A3 85 82 0000 80 FF"
            + "1F43B675 8E E7 81 07 EC 81 00 A3 86 81 0000 80 AABB 1C53BB6B 81 00";
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static byte[] mutated(byte[] seed, SplittableRandom random) {
    byte[] bytes = seed.clone();
    int changes = 1 + random.nextInt(5);
    for (int i = 0; i < changes && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      bytes =
          switch (random.nextInt(7)) {
            case 0 -> {
              bytes[at] ^= (byte) (1 << random.nextInt(8));
              yield bytes;
            }
            case 1 -> {
              bytes[at] = (byte) random.nextInt(256);
              yield bytes;
            }
            case 2 -> Arrays.copyOf(bytes, at);
            case 3 -> spliced(bytes, at, Math.min(bytes.length, at + random.nextInt(40)), NOTHING);
            case 4 -> spliced(bytes, at, at, TOKENS[random.nextInt(TOKENS.length)]);
            case 5 -> {
              byte[] token = TOKENS[random.nextInt(TOKENS.length)];
              yield spliced(bytes, at, Math.min(bytes.length, at + token.length), token);
            }
            default -> {
              int to = Math.min(bytes.length, at + random.nextInt(120));
              yield spliced(
                  bytes, random.nextInt(bytes.length), -1, Arrays.copyOfRange(bytes, at, to));
            }
          };
    }
    return bytes;
  }

  private static final byte[] NOTHING = {};

  /** {@code bytes} with what stands from {@code from} to {@code to} replaced; -1 only inserts. */
  private static byte[] spliced(byte[] bytes, int from, int to, byte[] with) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(with);
    int rest = to < 0 ? from : to;
    out.write(bytes, rest, bytes.length - rest);
    return out.toByteArray();
  }

  /** What is read, told in words; each break with its offset. */
  private static List<String> read(byte[] bytes, int piece) throws IOException {
    MatroskaReader reader = new MatroskaReader(new InPieces(bytes, piece));
    List<String> told = new ArrayList<>();
    long most = (long) bytes.length * LACED + LACED;
    long header = 0;
    while (true) {
      assertThat((long) told.size()).isLessThan(most);
      try {
        MatroskaEvent event = reader.next();
        told.add(event.toString());
        if (event instanceof MatroskaEvent.End end) {
          assertThat(end.offset()).isEqualTo(bytes.length);
          return told;
        }
      } catch (MatroskaException e) {
        assertThat(e.offset()).isBetween(0L, (long) bytes.length);
        told.add(String.valueOf(e.getMessage()));
        if (reader.resync()) {
          assertThat(reader.offset()).isGreaterThan(header).isLessThan(bytes.length);
          header = reader.offset();
        }
      }
    }
  }

  @Test
  void whatever_comes_is_read_to_its_end_and_alike_in_pieces() throws Exception {
    List<byte[]> seeds = List.of(answer(), foreign());
    for (int i = 0; i < INPUTS; i++) {
      long seed = SEED + i;
      SplittableRandom random = new SplittableRandom(seed);
      byte[] bytes = mutated(seeds.get(random.nextInt(seeds.size())), random);
      try {
        List<String> whole = read(bytes, Integer.MAX_VALUE);
        if (i % 16 == 0) {
          assertThat(read(bytes, 1)).isEqualTo(whole);
          assertThat(read(bytes, 7)).isEqualTo(whole);
        }
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "-Dkvsinfer.fuzz.seed=%d -Dkvsinfer.fuzz.inputs=1, %s"
                .formatted(seed, HexFormat.of().formatHex(bytes)),
            e);
      }
    }
  }
}
