package io.kvsinfer.local.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FaultTest {
  private static final Optional<String> YARD = Optional.of("yard");

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final FaultList list = new FaultList(now::get);

  @Test
  void faults_are_read_with_their_defaults(@TempDir Path dir) throws IOException {
    Path clip = Files.createFile(dir.resolve("other.mp4"));
    assertThat(Fault.parse("reset").effect()).isEqualTo(new Effect.Reset(0));
    assertThat(Fault.parse("stall:seconds=2.5").effect())
        .isEqualTo(new Effect.Stall(0, Duration.ofMillis(2500)));
    assertThat(Fault.parse("slow:bytes_per_second=100").effect())
        .isEqualTo(new Effect.Slowness(100, Duration.ZERO));
    assertThat(Fault.parse("truncate:after=7,clean=true").effect())
        .isEqualTo(new Effect.Truncation(7, true));
    assertThat(Fault.parse("garbage:after=7,bytes=3").effect()).isEqualTo(new Effect.Garbage(7, 3));
    assertThat(Fault.parse("limit").effect())
        .isEqualTo(new Effect.Refusal(400, "ClientLimitExceededException"));
    assertThat(Fault.parse("403:api=hls").apis()).isEqualTo(Apis.HLS);
    assertThat(Fault.parse("503").apis()).contains("GetMedia", "GetHLSMediaPlaylist", "GetClip");
    assertThat(Fault.parse("reset").apis()).isEqualTo(Apis.MEDIA);
    assertThat(Fault.parse("error:id=4500").effect())
        .isEqualTo(new Effect.InBandError(4500, "Access denied for the stream's KMS key"));
    assertThat(Fault.parse("skew:seconds=-90").effect())
        .isEqualTo(new Effect.ClockSkew(Duration.ofSeconds(-90)));
    assertThat(Fault.parse("codec:file=" + clip).effect()).isEqualTo(new Effect.CodecChange(clip));
    Fault all = Fault.parse("gap:stream=yard,times=3,at=10,every=60");
    assertThat(all)
        .isEqualTo(
            new Fault(
                "gap:stream=yard,times=3,at=10,every=60",
                new Effect.Gap(),
                YARD,
                Apis.MEDIA,
                3,
                Duration.ofSeconds(10),
                Optional.of(Duration.ofSeconds(60))));
  }

  @Test
  void a_wrong_fault_is_told_what_is_right() {
    for (List<String> wrong :
        List.of(
            List.of("explode", "there is no fault \"explode\"; there are reset, stall"),
            List.of("reset:after", "\"after\" is not of the form name=value"),
            List.of("reset:after=1,after=2", "after stands there twice"),
            List.of("reset:after=-1", "after must be a whole number"),
            List.of("reset:times=0", "times must be 1 or more, or always"),
            List.of("reset:speed=9", "reset has no \"speed\"; it has after, api, at"),
            List.of("gap:api=GetMedia", "gap has no \"api\""),
            List.of("403:api=GetTea", "there is no api \"GetTea\""),
            List.of("stall:seconds=-1", "not below 0"),
            List.of("truncate:clean=maybe", "clean must be true or false"),
            List.of("codec", "codec needs file=FILE"),
            List.of("codec:file=/no/such.mp4", "there is no file /no/such.mp4"))) {
      assertThatThrownBy(() -> Fault.parse(wrong.getFirst()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("fault " + wrong.getFirst() + ": ")
          .hasMessageContaining(wrong.getLast());
    }
  }

  @Test
  void a_fault_happens_so_often_where_it_belongs() {
    list.add(Fault.parse("reset:stream=yard,api=GetMedia,times=2"));
    assertThat(list.take(Effect.Breakage.class, "GetMedia", Optional.of("gate"))).isEmpty();
    assertThat(list.take(Effect.Breakage.class, "GetClip", YARD)).isEmpty();
    assertThat(list.take(Effect.Refusal.class, "GetMedia", YARD)).isEmpty();
    assertThat(list.take(Effect.Breakage.class, "GetMedia", YARD)).isPresent();
    assertThat(list.take(Effect.Breakage.class, "GetMedia", YARD)).isPresent();
    assertThat(list.take(Effect.Breakage.class, "GetMedia", YARD)).isEmpty();
    assertThat(list.standing()).hasSize(1);
    assertThat(list.standing().getFirst().happened()).isEqualTo(2);
    list.clear();
    assertThat(list.standing()).isEmpty();
  }

  @Test
  void a_fault_waits_for_its_time_and_comes_again() {
    list.add(Fault.parse("gap:at=10,every=60"));
    list.add(Fault.parse("skew:seconds=5"));
    assertThat(list.takeAll(Effect.CameraFault.class, "yard")).hasSize(1);
    now.set(Instant.ofEpochSecond(10));
    assertThat(list.takeAll(Effect.CameraFault.class, "yard")).hasSize(2);
    assertThat(list.takeAll(Effect.CameraFault.class, "yard")).hasSize(1);
    now.set(Instant.ofEpochSecond(70));
    assertThat(list.takeAll(Effect.CameraFault.class, "yard")).hasSize(2);
  }

  /** What comes out when bytes 0, 1, 2, … are written in pieces under these faults. */
  private static byte[] through(int piece, Effect.Breakage... faults) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ArrayDeque<Effect.Breakage> due = new ArrayDeque<>(List.of(faults));
    try (TamperedOutput tampered = new TamperedOutput(out, () -> Optional.ofNullable(due.poll()))) {
      byte[] bytes = new byte[100];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) i;
      }
      for (int at = 0; at < bytes.length; at += piece) {
        tampered.write(bytes, at, Math.min(piece, bytes.length - at));
      }
    } catch (io.kvsinfer.local.http.BrokenAnswer e) {
      return out.toByteArray();
    }
    return out.toByteArray();
  }

  @Test
  void bytes_pass_until_the_fault_is_due_whatever_the_pieces() throws IOException {
    for (int piece : new int[] {1, 7, 100}) {
      assertThat(through(piece)).hasSize(100);
      assertThat(through(piece, new Effect.Reset(30))).hasSize(30);
      assertThat(through(piece, new Effect.Truncation(31, false))).hasSize(31);
      assertThat(through(piece, new Effect.Stall(10, Duration.ofMillis(1)), new Effect.Reset(5)))
          .hasSize(15);
      byte[] spoilt = through(piece, new Effect.Garbage(50, 20));
      assertThat(spoilt).hasSize(100).startsWith(through(piece, new Effect.Reset(50)));
      assertThat(spoilt[50]).isNotEqualTo((byte) 50);
      assertThat(spoilt[99]).isEqualTo((byte) 99);
      assertThat(through(piece, new Effect.Slowness(100_000, Duration.ZERO))).hasSize(100);
    }
  }
}
