package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.settings.Violation;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Desired.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One history: some minutes in which anything may happen, then some in which nothing does, after
 * which everything must be as the operator asked. A function of its seed.
 */
final class ControlPlaneHistory {
  private static final List<String> CAMERAS = List.of("gate", "yard");
  private static final int CHAOS = 420;

  /** Ticks of the minute schedule within which everything must be right again. */
  private static final int TICKS = 12;

  private static final int MINUTE = 60;

  private final Random random;
  private final Map<String, Desired> items = new HashMap<>();
  private final SimulatedTables tables = new SimulatedTables();
  private final SimulatedStream stream;
  private final SimulatedEcs ecs;
  private final List<SimulatedScheduler> invocations = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private long skew;
  private int revision;
  private boolean calm;

  ControlPlaneHistory(long seed) {
    random = new Random(seed);
    stream = new SimulatedStream(random);
    ecs = new SimulatedEcs(random, this::worker);
  }

  /** Runs it; what went wrong, in words. */
  List<String> run() {
    CAMERAS.forEach(camera -> items.put(camera, accepted()));
    for (long now = 0; now < CHAOS; now++) {
      if (random.nextInt(MINUTE) < 2) {
        // Triggers come when they like, twice or not at all.
        invoke();
      }
      operator();
      weather();
      second(now);
    }
    settle();
    for (long now = CHAOS; now < CHAOS + TICKS * MINUTE; now++) {
      if (now % MINUTE == 0) {
        invoke();
      }
      second(now);
    }
    stream.deliverAll();
    faults.addAll(stream.faults());
    CAMERAS.forEach(this::judge);
    return faults;
  }

  private void settle() {
    calm = true;
    ecs.calm = true;
    skew = 0;
    for (String camera : CAMERAS) {
      if (wanted(camera) && bad(camera)) {
        items.put(camera, accepted());
      }
    }
  }

  private boolean bad(String camera) {
    Desired item = items.get(camera);
    String settings = item == null ? null : item.revision();
    return settings != null && settings.endsWith("bad");
  }

  private void invoke() {
    invocations.add(new SimulatedScheduler(items, tables, ecs, random, skew, calm));
  }

  private void operator() {
    if (random.nextInt(90) != 0) {
      return;
    }
    String camera = CAMERAS.get(random.nextInt(CAMERAS.size()));
    Desired now =
        switch (random.nextInt(6)) {
          case 0 -> new Desired("r" + revision, Outcome.PAUSED, List.of());
          case 1 ->
              new Desired(null, Outcome.REFUSED, List.of(new Violation("fps_target", "0", "no")));
          case 2 -> new Desired("r" + ++revision + "bad", Outcome.ACCEPTED, List.of());
          default -> accepted();
        };
    if (random.nextInt(8) == 0) {
      items.remove(camera);
    } else {
      items.put(camera, now);
    }
  }

  private Desired accepted() {
    return new Desired("r" + ++revision, Outcome.ACCEPTED, List.of());
  }

  /** What nobody asked for. */
  private void weather() {
    int what = random.nextInt(120);
    if (what == 0) {
      ecs.full = !ecs.full;
    } else if (what == 1) {
      skew = random.nextInt(61) - 30L;
    } else if (what < 5) {
      for (SimulatedWorker worker : ecs.workers(CAMERAS.get(random.nextInt(CAMERAS.size())))) {
        if (random.nextBoolean()) {
          worker.kill();
        } else if (random.nextInt(3) == 0) {
          worker.hang();
        }
      }
    }
  }

  private void second(long now) {
    for (SimulatedScheduler invocation : List.copyOf(invocations)) {
      boolean goesOn = true;
      for (int calls = calm ? 1000 : random.nextInt(4); goesOn && calls > 0; calls--) {
        goesOn = invocation.call(now);
      }
      if (!goesOn) {
        invocations.remove(invocation);
      }
    }
    ecs.second(now);
    for (String camera : CAMERAS) {
      long holders = ecs.workers(camera).stream().filter(w -> w.publishes(now)).count();
      if (holders > 1) {
        faults.add(now + " s: " + holders + " workers publish for " + camera);
      }
    }
    if (calm || random.nextInt(3) == 0) {
      stream.deliver();
    }
  }

  private SimulatedWorker worker(String camera, String launch) {
    return new SimulatedWorker(camera, launch, bad(camera), tables, stream, random);
  }

  private boolean wanted(String camera) {
    return Reconcile.wanted(items.get(camera));
  }

  private void judge(String camera) {
    long end = CHAOS + TICKS * MINUTE - 1;
    long publishing = ecs.workers(camera).stream().filter(w -> w.publishes(end)).count();
    if (wanted(camera) && publishing != 1) {
      faults.add(
          camera + " is wanted, and " + publishing + " workers publish: " + tables.row(camera));
    }
    long live = ecs.live(camera);
    if (live != (wanted(camera) ? 1 : 0)) {
      faults.add(camera + ": " + live + " tasks, wanted: " + wanted(camera));
    }
  }
}
