package io.kvsinfer.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.local.kvs.ClipFeed;
import io.kvsinfer.media.decode.FileDemuxer;
import io.kvsinfer.media.decode.Mp4FileWriter;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does to a camera in mid-incident, through scheduler, worker and functions. */
final class OperatorTest {
  /** The rendered fire burns fully from second 11 to 24; the clip goes round in that. */
  private static final long BURNS_FROM_US = 12_000_000;

  private static final long BURNS_TO_US = 22_000_000;
  private static final Duration LIMIT = Duration.ofSeconds(150);

  @TempDir private Path folder;
  private Programs programs;

  @BeforeEach
  void find_the_packaged_programs() {
    programs = Packaged.programs();
  }

  @AfterEach
  void forget_them() {
    Packaged.forget();
  }

  @Test
  void an_incident_ends_when_its_camera_is_paused_or_removed() throws Exception {
    Path endless = endlessFire();
    try (LocalFolder own = LocalFolder.take(folder.resolve("run"));
        LocalSystem system = LocalSystem.start(own, programs, Map.of())) {
      for (String camera : List.of("paused", "removed", "left")) {
        var stream = system.kvs().createStream(camera, 24);
        system.kvs().feed(stream, endless, ClipFeed.Options.looping());
        system.cameraTable().put(item(camera));
      }
      for (String camera : List.of("paused", "removed", "left")) {
        Eventually.until(
            "a fire is seen on " + camera, LIMIT, () -> !seen(system, camera).isEmpty());
      }
      assertThat(system.inspection().incidents()).allMatch(seen -> seen.endedAt() == null);

      Instant told = Instant.now();
      system.cameraTable().setEnabled("paused", false);
      system.cameraTable().delete("removed");
      for (String camera : List.of("paused", "removed")) {
        Eventually.until("the fire on " + camera + " ends", LIMIT, () -> ended(system, camera));
      }
      assertThat(seen(system, "paused"))
          .allSatisfy(
              seen -> assertThat(seen.endedAt()).isBetween(told.minusSeconds(30), Instant.now()));
      for (String camera : List.of("paused", "removed")) {
        Eventually.until(camera + " is given back", LIMIT, () -> released(system, camera));
      }
      assertThat(seen(system, "left")).hasSize(1).allMatch(seen -> seen.endedAt() == null);
    }
  }

  private static List<Judgement.Seen> seen(LocalSystem system, String camera) {
    return system.inspection().incidents().stream()
        .filter(seen -> seen.camera().equals(camera))
        .toList();
  }

  private static boolean ended(LocalSystem system, String camera) {
    return seen(system, camera).stream().allMatch(seen -> seen.endedAt() != null);
  }

  private static boolean released(LocalSystem system, String camera) {
    CameraState state = system.stateTable().scan().states().get(camera);
    Lease lease = state == null ? null : state.lease();
    return lease != null && lease.released();
  }

  private static ObjectNode item(String camera) {
    ObjectNode item = JsonMapper.builder().build().createObjectNode();
    item.put("id", camera).put("stream_name", camera).put("fps_target", 2);
    item.putArray("detectors").addObject().put("type", "fire_smoke");
    return item;
  }

  /** The part of the rendered fire in which it burns all the time. */
  private Path endlessFire() throws Exception {
    Path whole = Packaged.clip("fire");
    Path part = folder.resolve("burning.mp4");
    try (FileDemuxer film = FileDemuxer.open(whole.toString());
        Mp4FileWriter cut = Mp4FileWriter.create(part, film.track())) {
      boolean begun = false;
      for (Sample sample = film.next(); sample != null; sample = film.next()) {
        begun = begun || (sample.keyframe() && sample.presentUs() >= BURNS_FROM_US);
        if (begun && sample.presentUs() < BURNS_TO_US) {
          cut.add(sample);
        }
      }
    }
    return part;
  }
}
