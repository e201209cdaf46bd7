package io.kvsinfer.worker.confirm;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.contract.geometry.Polygon;
import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.contract.settings.RegionSettings;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.worker.confirm.IncidentChange.Closed;
import io.kvsinfer.worker.confirm.IncidentChange.Opened;
import io.kvsinfer.worker.confirm.IncidentChange.Updated;
import io.kvsinfer.worker.detect.Detection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** A picture of 1000 x 500 pixels looked at five times a second, in fragments of two seconds. */
final class Scene {
  static final Instant T = Instant.parse("2026-11-21T02:48:00Z");
  static final int WIDTH = 1000;
  static final int HEIGHT = 500;

  private final DetectorSettings settings;
  private final List<RegionSettings> regions;
  IncidentConfirmer confirmer;
  final List<IncidentChange> changes = new ArrayList<>();

  Scene(DetectorSettings settings, RegionSettings... regions) {
    this.settings = settings;
    this.regions = List.of(regions);
    this.confirmer = fresh();
  }

  IncidentConfirmer fresh() {
    return new IncidentConfirmer("yard", settings, regions, 5);
  }

  /** Frames {@code from} to before {@code to}, as {@code frame} shows them. */
  List<IncidentChange> play(int from, int to, IntFunction<List<Detection>> frame) {
    List<IncidentChange> here = new ArrayList<>();
    for (int i = from; i < to; i++) {
      here.addAll(confirmer.look(look(i, frame.apply(i))));
    }
    changes.addAll(here);
    return here;
  }

  static Look look(int i, List<Detection> detections) {
    return new Look(time(i), WIDTH, HEIGHT, detections);
  }

  static FrameTime time(int i) {
    return new FrameTime(
        T.plusMillis(200L * i),
        T.plusMillis(200L * i + 900),
        Integer.toString(100 + i / 10),
        200L * (i % 10),
        i % 10 == 0,
        i % 10 == 0);
  }

  static Detection seen(String label, double x, double y, double width, double height) {
    return new Detection(label, 0.8, new Box(x, y, width, height), List.of());
  }

  static Detection sure(Detection d, double confidence) {
    return new Detection(d.label(), confidence, d.box(), List.of());
  }

  static Detection car(double x) {
    return seen("car", x, 200, 100, 60);
  }

  long opened() {
    return changes.stream().filter(Opened.class::isInstance).count();
  }

  long updated() {
    return changes.stream().filter(Updated.class::isInstance).count();
  }

  long closed() {
    return changes.stream().filter(Closed.class::isInstance).count();
  }

  static DetectorSettings objects() {
    return detector("objects", 3, 5, 0, 0, 60);
  }

  static DetectorSettings fire() {
    return detector("fire_smoke", 3, 5, 0, 0, 60);
  }

  static DetectorSettings detector(
      String type, int hits, int window, double minArea, double minSeconds, double cooldown) {
    return new DetectorSettings(
        type,
        type,
        true,
        null,
        ConfidenceThreshold.unset(),
        List.of(),
        List.of(),
        new ConfirmSettings(hits, window),
        minArea,
        minSeconds,
        cooldown,
        Map.of());
  }

  static RegionSettings region(
      String name, RegionSettings.Kind kind, double left, double top, double right, double bottom) {
    return new RegionSettings(
        name,
        kind,
        new Polygon(
            List.of(
                new Point(left, top),
                new Point(right, top),
                new Point(right, bottom),
                new Point(left, bottom))));
  }
}
