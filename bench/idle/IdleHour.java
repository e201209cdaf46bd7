package io.kvsinfer.worker.app;

import com.sun.management.OperatingSystemMXBean;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.Settings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.Verdict;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.worker.confirm.IncidentChange;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.detect.onnx.ModelOptions;
import io.kvsinfer.worker.detect.onnx.OnnxModels;
import io.kvsinfer.worker.sample.MotionGate;
import io.kvsinfer.worker.sample.MotionZone;
import io.kvsinfer.worker.sample.SampleGrid;
import io.kvsinfer.worker.sample.Sampler;
import io.kvsinfer.worker.source.ConnectionState;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.SourceAccount;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.file.FileSource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Arguments: the idle clip, the clip with an event, how many clips are played one after the other,
 * whether the motion gate is on, the folder of the models. A third, a half and the last but one of
 * the clips are events (of few clips, one). Prints the CPU of the whole process, the looks, and what
 * was caught.
 */
final class IdleHour {
  private static final Instant T = Instant.parse("2026-11-21T00:00:00Z");
  private static final double EVENT_AT = 10.5;

  public static void main(String[] args) throws Exception {
    List<SourceEvent.Fragment> idle = fragments(args[0]);
    List<SourceEvent.Fragment> event = fragments(args[1]);
    int clips = Integer.parseInt(args[2]);
    boolean gated = Boolean.parseBoolean(args[3]);
    List<Integer> events =
        clips < 30 ? List.of(clips / 2) : List.of(clips / 3, clips / 2, clips - 2);
    CameraSettings settings = settings();
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    try (OnnxModels models =
            OnnxModels.of(ModelOptions.defaults().withFolder(Path.of(args[4])));
        FrameLooker looker =
            new FrameLooker(
                settings,
                Detectors.load(),
                new DetectorContext(models, "cpu"),
                new WorkerMetrics(new PrometheusRegistry()))) {
      Seen seen = new Seen(looker);
      MotionGate gate =
          gated
              ? new MotionGate(settings.motion(), settings.fpsTarget(), MotionZone.of(settings))
              : null;
      long before = system.getProcessCpuTime();
      new Viewing(
              "yard",
              new Clips(idle, event, clips, events),
              new Sampler(SampleGrid.of(settings.fpsTarget())),
              gate,
              true,
              seen)
          .run();
      double cpu = (system.getProcessCpuTime() - before) / 1e9;
      System.out.printf(
          "gate %s: %d min of video, %d looks, %d left out; %.1f CPU s = %.2f CPU s a minute%n",
          gated ? "on" : "off", clips * 40 / 60, seen.looks.size(), seen.idle, cpu,
          cpu * 60 / (clips * 40));
      for (int clip : events) {
        Instant start = T.plusMillis(Math.round((clip * 40 + EVENT_AT) * 1000));
        double look =
            seen.looks.stream()
                .filter(l -> !l.isBefore(start))
                .findFirst()
                .map(l -> Duration.between(start, l).toMillis() / 1000.0)
                .orElse(-1.0);
        System.out.printf(
            "  event at %4d s: first look %.1f s after its start, incident %s%n",
            clip * 40 + 10, look,
            seen.opened.stream()
                .filter(o -> !o.isBefore(start) && o.isBefore(start.plusSeconds(20)))
                .findFirst()
                .map(o -> "%.1f s after".formatted(Duration.between(start, o).toMillis() / 1000.0))
                .orElse("MISSED"));
      }
      System.out.printf("  %d incidents in all%n", seen.opened.size());
    }
  }

  private static CameraSettings settings() {
    String yaml =
        "schema: 1\ncameras: [{id: yard, stream_name: yard, detectors: [{type: fire_smoke}]}]";
    return switch (SettingsReader.read(yaml)) {
      case Verdict.Accepted<Settings>(var settings, var _) -> settings.cameras().getFirst();
      case Verdict.Refused<Settings>(var violations) ->
          throw new IllegalStateException(violations.toString());
    };
  }

  private static List<SourceEvent.Fragment> fragments(String clip) throws Exception {
    List<SourceEvent.Fragment> fragments = new ArrayList<>();
    try (FileSource source =
        new FileSource(clip, T, FileSource.Pace.AS_READ, InstantSource.system())) {
      while (source.next() instanceof SourceEvent.Fragment fragment) {
        fragments.add(fragment);
      }
    }
    return fragments;
  }

  /** The clips one after the other, times and numbers going on. */
  private static final class Clips implements FragmentSource {
    private final List<SourceEvent.Fragment> idle;
    private final List<SourceEvent.Fragment> event;
    private final int clips;
    private final List<Integer> events;
    private int clip;
    private int next;
    private int number;

    Clips(
        List<SourceEvent.Fragment> idle,
        List<SourceEvent.Fragment> event,
        int clips,
        List<Integer> events) {
      this.idle = idle;
      this.event = event;
      this.clips = clips;
      this.events = events;
    }

    @Override
    public SourceEvent next() {
      List<SourceEvent.Fragment> playing = events.contains(clip) ? event : idle;
      if (next == playing.size()) {
        clip++;
        next = 0;
        return next();
      }
      if (clip == clips) {
        return new SourceEvent.End();
      }
      String name = String.valueOf(++number);
      List<EncodedFrame> frames = new ArrayList<>();
      for (EncodedFrame f : playing.get(next++).frames()) {
        FrameTime t = f.time();
        Instant at = t.capturedAt().plusSeconds(40L * clip);
        frames.add(
            new EncodedFrame(
                f.track(),
                f.data(),
                new FrameTime(at, null, name, t.offsetMs(), t.keyframe(), t.fragmentStart())));
      }
      return new SourceEvent.Fragment(name, frames, false);
    }

    @Override
    public ConnectionState state() {
      return ConnectionState.CONNECTED;
    }

    @Override
    public SourceAccount account() {
      return new SourceAccount(0, 0, 0, 0, 0, 0, null, Duration.ZERO);
    }

    @Override
    public GapAccount gaps() {
      return new GapAccount(Map.of(), List.of());
    }

    @Override
    public void close() {}
  }

  private static final class Seen implements Viewing.Viewer {
    final List<Instant> looks = new ArrayList<>();
    final List<Instant> opened = new ArrayList<>();
    long idle;
    private final FrameLooker looker;

    Seen(FrameLooker looker) {
      this.looker = looker;
    }

    @Override
    public void look(VideoFrame frame, boolean late) {
      looks.add(frame.time().capturedAt());
      for (IncidentChange change : looker.look(frame)) {
        if (change instanceof IncidentChange.Opened o) {
          opened.add(o.sighting().time().capturedAt());
        }
      }
    }

    @Override
    public boolean engaged() {
      return looker.engaged();
    }

    @Override
    public void idle(int frames) {
      idle += frames;
    }

    @Override
    public void fragmentDone(String number, Instant capturedAt) {}

    @Override
    public void missing(SourceEvent.Gap gap) {}

    @Override
    public void overloaded(int step, int frames) {}

    @Override
    public void undecodable(String reason) {
      throw new IllegalStateException(reason);
    }
  }
}
