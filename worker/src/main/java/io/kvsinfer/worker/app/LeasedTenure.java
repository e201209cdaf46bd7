package io.kvsinfer.worker.app;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Desired.Outcome;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.LeaseOutcome;
import io.kvsinfer.store.UnreadableItemException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** A camera held by lease, its place and its status kept in the camera_state table. */
final class LeasedTenure implements Tenure {
  private static final Logger log = LoggerFactory.getLogger(LeasedTenure.class);

  private final String camera;
  private final String launch;
  private final CameraStateTable states;
  private final LeaseKeeper keeper;

  LeasedTenure(String camera, String launch, CameraStateTable states, LeaseKeeper keeper) {
    this.camera = camera;
    this.launch = launch;
    this.states = states;
    this.keeper = keeper;
  }

  @Override
  public Standing step() {
    try {
      return switch (keeper.step()) {
        case WAITING -> Standing.WAITING;
        case HELD -> Standing.HELD;
        case LOST -> Standing.LOST;
      };
    } catch (SdkException e) {
      // What is left of the lease's time still counts; mayPublish ends with it.
      log.warn("camera {}: the lease could not be read or renewed: {}", camera, e.getMessage());
      return keeper.held() == null ? Standing.WAITING : Standing.HELD;
    }
  }

  @Override
  public long pauseMillis() {
    return keeper.pause().toMillis();
  }

  @Override
  public boolean mayPublish() {
    return keeper.mayPublish();
  }

  @Override
  public @Nullable Lease lease() {
    return keeper.held();
  }

  @Override
  public Orders orders() {
    LeaseOutcome.Taken row = keeper.answer();
    if (row == null) {
      return new Orders.Watch(null, null);
    }
    if (row.launchId() != null && !row.launchId().equals(launch)) {
      return new Orders.GiveUp("another worker was launched for it");
    }
    Desired desired = row.desired();
    if (desired == null) {
      return new Orders.GiveUp("it was removed");
    }
    return switch (desired.verdict()) {
      case ACCEPTED -> new Orders.Watch(desired.revision(), desired.restartRevision());
      case PAUSED -> new Orders.GiveUp("it is paused");
      case REFUSED -> new Orders.GiveUp("its settings were refused");
    };
  }

  @Override
  public boolean forGood() {
    try {
      Desired desired = states.get(camera).map(CameraState::desired).orElse(null);
      return desired == null || desired.verdict() == Outcome.PAUSED;
    } catch (SdkException | UnreadableItemException e) {
      // A successor, if there is none after all, loses nothing: what is open stays in the row.
      log.warn("camera {}: why it ends is not known: {}", camera, e.getMessage());
      return false;
    }
  }

  @Override
  public @Nullable Instant resumedAt() {
    LeaseOutcome.Taken row = keeper.answer();
    Desired desired = row == null ? null : row.desired();
    return desired == null ? null : desired.resumedAt();
  }

  @Override
  public Optional<Checkpoint> checkpoint() {
    return states.get(camera).map(CameraState::checkpoint);
  }

  @Override
  public boolean save(Checkpoint checkpoint) {
    Lease held = keeper.held();
    return held != null && states.putCheckpoint(camera, checkpoint, held);
  }

  @Override
  public void report(Status status) {
    try {
      if (!states.putStatus(camera, status, launch)) {
        log.info("camera {}: another launch has the camera, status not written", camera);
      }
    } catch (SdkException e) {
      log.warn("camera {}: status not written: {}", camera, e.getMessage());
    }
  }

  @Override
  public void release() {
    try {
      keeper.release();
    } catch (SdkException e) {
      log.warn("camera {}: lease not released: {}", camera, e.getMessage());
    }
  }
}
