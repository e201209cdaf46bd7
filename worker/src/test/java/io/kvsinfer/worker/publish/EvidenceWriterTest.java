package io.kvsinfer.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.event.IncidentEvent.ModelRef;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.contract.event.IncidentId;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.contract.geometry.Polygon;
import io.kvsinfer.media.decode.ImageDecoder;
import io.kvsinfer.media.decode.JpegEncoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.worker.LocalAws;
import io.kvsinfer.worker.confirm.IncidentChange;
import io.kvsinfer.worker.confirm.IncidentChange.Closed;
import io.kvsinfer.worker.confirm.IncidentChange.Opened;
import io.kvsinfer.worker.confirm.IncidentRef;
import io.kvsinfer.worker.confirm.Sighting;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class EvidenceWriterTest {
  private static final int WIDTH = 320;
  private static final int HEIGHT = 160;
  private static final FrameTime TIME =
      new FrameTime(Events.T, Events.T.plusMillis(800), "77", 1200, false, false);
  private static final ModelRef MODEL = new ModelRef("detector", "yolox_nano", "ab12");
  private static final Polygon LEFT_EDGE =
      new Polygon(
          List.of(new Point(0, 0), new Point(0.25, 0), new Point(0.25, 1), new Point(0, 1)));
  private static final Instant NOW = Events.T.plusSeconds(1);

  private final IncidentRef incident =
      new IncidentRef(
          IncidentId.of("yard", "objects", "car", "77", Events.T, 0, 0),
          "cars",
          "objects",
          "car",
          Events.T.minusSeconds(1));
  private final Sighting sighting =
      new Sighting(TIME, WIDTH, HEIGHT, new Box(0.5, 0.25, 0.25, 0.5), 0.9, List.of("street"), 4L);

  @Test
  void an_opened_event_names_three_pictures_of_its_frame() throws Exception {
    OutgoingEvent outgoing =
        write(context(LocalAws.BUCKET), new Opened(incident, 0, sighting), TIME);
    IncidentEvent event = outgoing.event();
    assertThat(event.eventId()).isEqualTo(incident.id() + "-0");
    assertThat(event.phase()).isEqualTo(Phase.OPENED);
    assertThat(event.detector()).isEqualTo("cars");
    assertThat(event.frame()).isEqualTo(new FrameSize(WIDTH, HEIGHT));
    assertThat(event.regions()).containsExactly("street");
    assertThat(event.models()).containsExactly(MODEL);
    assertThat(event.startedAt()).isEqualTo(Events.T.minusSeconds(1));
    assertThat(event.serverAt()).isEqualTo(Events.T.plusMillis(800));
    assertThat(event.fragmentNumber()).isEqualTo("77");
    assertThat(event.fragmentOffsetMs()).isEqualTo(1200);
    assertThat(event.late()).isTrue();
    String folder = "media/camera=yard/dt=2026-11-21/" + incident.id() + "/0-";
    assertThat(event.snapshot()).isEqualTo(new S3Object(LocalAws.BUCKET, folder + "snapshot.jpg"));
    assertThat(event.annotated())
        .isEqualTo(new S3Object(LocalAws.BUCKET, folder + "annotated.jpg"));
    assertThat(event.crop()).isEqualTo(new S3Object(LocalAws.BUCKET, folder + "crop.jpg"));
    assertThat(outgoing.pictures()).hasSize(3);
  }

  @Test
  void masks_are_black_in_every_picture_the_box_is_drawn_on_one_and_the_crop_has_a_margin()
      throws Exception {
    OutgoingEvent outgoing =
        write(context(LocalAws.BUCKET), new Opened(incident, 0, sighting), TIME);
    byte[] snapshot = bgr(outgoing, "snapshot");
    byte[] annotated = bgr(outgoing, "annotated");
    assertThat(grey(snapshot, 20, 80)).isLessThan(20);
    assertThat(grey(annotated, 20, 80)).isLessThan(20);
    assertThat(grey(snapshot, 200, 80)).isBetween(115, 140);
    assertThat(different(snapshot, annotated)).isGreaterThan(200);
    try (VideoFrame crop = ImageDecoder.decode(jpeg(outgoing, "crop"), TIME)) {
      assertThat(crop.width()).isEqualTo(80 + 2 * 16);
      assertThat(crop.height()).isEqualTo(80 + 2 * 16);
    }
  }

  @Test
  void a_closed_event_has_no_pictures_and_says_when_it_ended() throws Exception {
    Sighting last =
        new Sighting(
            new FrameTime(Events.T, null, null, 0, false, false),
            WIDTH,
            HEIGHT,
            sighting.box(),
            0.9,
            List.of(),
            4L);
    OutgoingEvent outgoing =
        write(context(LocalAws.BUCKET), new Closed(incident, 1, last, Events.T), TIME);
    assertThat(outgoing.pictures()).isEmpty();
    assertThat(outgoing.event().endedAt()).isEqualTo(Events.T);
    assertThat(outgoing.event().fragmentNumber()).isNull();
    assertThat(outgoing.event().fragmentOffsetMs()).isNull();
  }

  @Test
  void an_event_of_another_frame_or_without_a_bucket_goes_out_without_pictures() throws Exception {
    FrameTime other = new FrameTime(Events.T.plusSeconds(9), null, "78", 0, true, true);
    Opened opened = new Opened(incident, 0, sighting);
    assertThat(write(context(LocalAws.BUCKET), opened, other).event().snapshot()).isNull();
    assertThat(write(context(null), opened, TIME).pictures()).isEmpty();
  }

  @Test
  void a_tiny_object_in_a_corner_has_a_crop_that_can_be_looked_at() throws Exception {
    Sighting tiny =
        new Sighting(TIME, WIDTH, HEIGHT, new Box(0.99, 0.97, 0.01, 0.03), 0.9, List.of(), 4L);
    OutgoingEvent outgoing = write(context(LocalAws.BUCKET), new Opened(incident, 0, tiny), TIME);
    try (VideoFrame crop = ImageDecoder.decode(jpeg(outgoing, "crop"), TIME)) {
      assertThat(crop.width()).isBetween(16, 32);
      assertThat(crop.height()).isBetween(16, 32);
    }
  }

  private static OutgoingEvent write(EventContext context, IncidentChange change, FrameTime time)
      throws MediaException {
    byte[] grey = new byte[WIDTH * HEIGHT * 3];
    Arrays.fill(grey, (byte) 128);
    try (JpegEncoder encoder = new JpegEncoder();
        VideoFrame frame = ImageDecoder.decode(encoder.encodeBgr(grey, WIDTH, HEIGHT, 95), time);
        EvidenceWriter writer = new EvidenceWriter(context)) {
      return writer.write(change, frame, NOW, true);
    }
  }

  private static EventContext context(@Nullable String bucket) {
    return new EventContext(
        "yard",
        "arn:aws:kinesisvideo:eu-central-1:123456789012:stream/yard/1",
        bucket,
        List.of(LEFT_EDGE),
        Map.of("cars", List.of(MODEL)),
        "0123456789ab");
  }

  private static byte[] jpeg(OutgoingEvent outgoing, String kind) {
    return outgoing.pictures().stream()
        .filter(p -> p.object().key().endsWith("-" + kind + ".jpg"))
        .findFirst()
        .map(Picture::jpeg)
        .orElseThrow();
  }

  private static byte[] bgr(OutgoingEvent outgoing, String kind) throws MediaException {
    try (VideoFrame frame = ImageDecoder.decode(jpeg(outgoing, kind), TIME)) {
      return Objects.requireNonNull(frame.toBgr());
    }
  }

  private static int grey(byte[] bgr, int x, int y) {
    return bgr[(y * WIDTH + x) * 3] & 0xff;
  }

  private static long different(byte[] a, byte[] b) {
    long count = 0;
    for (int i = 0; i < a.length; i += 3) {
      count += Math.abs((a[i] & 0xff) - (b[i] & 0xff)) > 40 ? 1 : 0;
    }
    return count;
  }
}
