package io.kvsinfer.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.local.kvs.ClipFeed;
import io.kvsinfer.local.scene.Scene;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was seen, told to a person and counted for the summary. */
final class Report {
  private final LocalSystem system;
  private final LocalFolder folder;
  private final List<CameraSpec> cameras;
  private final Map<String, ClipFeed> feeds;
  private final FrameCounts frames;
  private final Instant begin;
  private final Instant end;

  /**
   * @param begin every camera was connected from here
   * @param end to here
   */
  Report(
      LocalSystem system,
      LocalFolder folder,
      List<CameraSpec> cameras,
      Map<String, ClipFeed> feeds,
      FrameCounts frames,
      Instant begin,
      Instant end) {
    this.system = system;
    this.folder = folder;
    this.cameras = cameras;
    this.feeds = feeds;
    this.frames = frames;
    this.begin = begin;
    this.end = end;
  }

  Summary tell(Narrator narrator) throws IOException {
    Inspection inspection = system.inspection();
    List<JsonNode> events = inspection.events();
    List<Judgement.Seen> incidents = inspection.incidents();
    Set<String> keys = inspection.keys();
    Set<String> stored =
        events.stream().map(e -> e.path("event_id").asText()).collect(Collectors.toSet());
    List<String> lost = Inspection.lost(folder.journal(), stored, inspection.archived(keys), keys);
    List<Long> latencies = Inspection.latencies(events);

    int duplicates = 0;
    Integer expected = null;
    narrator.say("");
    for (CameraSpec camera : cameras) {
      List<Judgement.Seen> own =
          incidents.stream().filter(i -> i.camera().equals(camera.name())).toList();
      Scene scene = camera.scene();
      if (scene == null) {
        duplicates += Judgement.duplicatesAmong(own);
        narrator.say("%-8s %s: %s", camera.name(), incidents(own.size()), labels(own));
        continue;
      }
      Judgement judged =
          Judgement.against(
              GroundTruth.of(scene, Objects.requireNonNull(feeds.get(camera.name())).fed()),
              own,
              begin,
              end);
      expected = (expected == null ? 0 : expected) + judged.expected();
      duplicates += judged.duplicates();
      tell(narrator, camera, own, judged);
    }
    Summary summary =
        new Summary(
            cameras.size(),
            frames.total(),
            incidents.size(),
            expected,
            inspection.published().size(),
            stored.size(),
            system.recordsRedelivered(),
            (int) keys.stream().filter(Inspection::isSnapshot).count(),
            (int) keys.stream().filter(Inspection::isArchive).count(),
            duplicates,
            lost.size(),
            Inspection.percentile(latencies, 0.5),
            Inspection.percentile(latencies, 0.99));
    tell(narrator, summary, incidents);
    return summary;
  }

  private void tell(
      Narrator narrator, CameraSpec camera, List<Judgement.Seen> own, Judgement judged) {
    narrator.say(
        "%-8s %s (%s); %d of %d expected were seen%s%s%s",
        camera.name(),
        incidents(own.size()),
        labels(own),
        judged.found(),
        judged.expected(),
        judged.missed().isEmpty() ? "" : "; missed: " + times(judged.missed()),
        judged.invented().isEmpty() ? "" : "; without cause: " + judged.invented().size(),
        judged.duplicates() == 0 ? "" : "; twice: " + judged.duplicates());
  }

  private void tell(Narrator narrator, Summary summary, List<Judgement.Seen> incidents) {
    narrator.say("");
    narrator.say(
        "%d frames looked at, %s; %d events published, %d stored, %d lost, %d duplicates",
        summary.frames(),
        incidents(summary.incidents()),
        summary.eventsPublished(),
        summary.eventsStored(),
        summary.lost(),
        summary.duplicates());
    long givenUp = system.recordsGivenUp();
    if (givenUp > 0) {
      narrator.say(
          "%d records were given up: no function took them; see s3://%s/aws/lambda/ and the logs",
          givenUp, system.bucket());
    }
    if (summary.p50() != null && summary.p99() != null) {
      narrator.say(
          "from capture to event: %.1f s in the middle, %.1f s at worst (99 %%)",
          summary.p50() / 1000.0, summary.p99() / 1000.0);
    }
    String picture = picture(incidents);
    if (picture != null) {
      narrator.say("pictures:  %s", folder.s3().resolve(system.bucket()).resolve("media"));
      narrator.say("for one:   %s", picture);
    }
    narrator.say("logs:      %s", folder.logs());
    narrator.say(
        "next:      ./kvs-infer local --camera yours=VIDEO.mp4:fire_smoke   or   ./kvs-infer --help");
  }

  private @Nullable String picture(List<Judgement.Seen> incidents) {
    return incidents.stream()
        .filter(i -> i.annotatedKey() != null)
        .findFirst()
        .map(i ->
            folder
                .s3()
                .resolve(system.bucket())
                .resolve(Objects.requireNonNull(i.annotatedKey()))
                .toString())
        .orElse(null);
  }

  private static String incidents(int count) {
    return count == 1 ? "1 incident" : count + " incidents";
  }

  private static String labels(List<Judgement.Seen> incidents) {
    String text =
        incidents.stream()
            .collect(
                Collectors.groupingBy(Judgement.Seen::label, TreeMap::new, Collectors.counting()))
            .entrySet()
            .stream()
            .map(e -> e.getValue() + " " + e.getKey())
            .collect(Collectors.joining(", "));
    return text.isEmpty() ? "none" : text;
  }

  private static String times(List<GroundTruth.Real> missed) {
    return missed.stream()
        .map(m -> m.label() + " at " + m.from())
        .collect(Collectors.joining(", "));
  }
}
