package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A worker process by the contract: seconds on a monotonic clock of its own, TTL 45, renewal every
 * 10, silent 22 after the start of the last renewal, one put under way at a time.
 */
final class SimulatedWorker {
  private static final int TTL = 45;
  private static final int RENEWAL = 10;
  private static final int SAFE = 22;
  private static final int LONGEST_PUT = 20;

  final String camera;
  final String launch;
  private final SimulatedTables tables;
  private final SimulatedStream stream;
  private final Random random;
  private final boolean settingsBad;

  private @Nullable Lease held;
  private @Nullable Lease watched;
  private long watchedSince;
  private long safeUntil;
  private long nextStep;
  private long nextPut;
  private long putLands = -1;
  private boolean announced;
  private boolean putIsLease;
  private boolean draining;
  private boolean hangs;
  private int exitCode = -1;

  SimulatedWorker(
      String camera,
      String launch,
      boolean settingsBad,
      SimulatedTables tables,
      SimulatedStream stream,
      Random random) {
    this.camera = camera;
    this.launch = launch;
    this.settingsBad = settingsBad;
    this.tables = tables;
    this.stream = stream;
    this.random = random;
  }

  /** Whether it may publish now. */
  boolean publishes(long now) {
    return held != null && exitCode < 0 && now < safeUntil;
  }

  /** Its exit code; -1 while it runs. */
  int exitCode() {
    return exitCode;
  }

  void signal() {
    draining = true;
  }

  void hang() {
    hangs = true;
  }

  /** Ended from outside: what is under way arrives, or never does. */
  void kill() {
    if (putLands >= 0 && random.nextBoolean()) {
      land();
    }
    exitCode = 137;
  }

  void second(long now) {
    if (exitCode >= 0) {
      return;
    }
    if (settingsBad) {
      Status refused =
          new Status(
              Status.Phase.REFUSED, Instant.EPOCH, null, null, null, "bad", null, null, null);
      tables.putStatus(camera, refused, launch);
      exitCode = 4;
      return;
    }
    if (putLands >= 0 && now >= putLands) {
      land();
    }
    if (draining && !hangs) {
      drain();
    } else if (!hangs && now >= nextStep) {
      step(now);
    }
    if (exitCode < 0 && !draining && publishes(now) && putLands < 0 && now >= nextPut) {
      putIsLease = !announced;
      announced = true;
      putLands = now + (random.nextInt(10) == 0 ? random.nextInt(LONGEST_PUT) : 0);
      nextPut = now + 1 + random.nextInt(4);
    }
  }

  private void step(long now) {
    if (held == null) {
      tryTake(now);
      nextStep = now + 1;
    } else {
      renew(now);
      nextStep = now + RENEWAL;
    }
  }

  private void tryTake(long now) {
    Lease seen = tables.row(camera).lease();
    if (seen != null && !seen.released()) {
      if (!seen.equals(watched)) {
        watched = seen;
        watchedSince = now;
      }
      if (now - watchedSince < TTL) {
        return;
      }
    }
    held = tables.take(camera, launch, seen);
    if (held != null) {
      safeUntil = now + SAFE;
    } else if (!tables.launched(camera, launch)) {
      exitCode = 3;
    } else {
      watched = null;
    }
  }

  private void renew(long now) {
    Lease renewed = tables.renew(camera, Objects.requireNonNull(held));
    if (renewed == null) {
      exitCode = 3;
      return;
    }
    held = renewed;
    safeUntil = now + SAFE;
    CameraState row = tables.row(camera);
    Desired desired = row.desired();
    if (!tables.launched(camera, launch)
        || desired == null
        || desired.verdict() != Desired.Outcome.ACCEPTED) {
      draining = true;
    }
  }

  private void drain() {
    if (putLands >= 0) {
      return;
    }
    if (held != null) {
      tables.release(camera, held);
    }
    exitCode = 0;
  }

  private void land() {
    Lease now = tables.row(camera).lease();
    long generation = Objects.requireNonNull(held).generation();
    boolean valid = now != null && now.generation() == generation && now.owner().equals(launch);
    stream.put(camera, generation, putIsLease, valid);
    putLands = -1;
  }
}
