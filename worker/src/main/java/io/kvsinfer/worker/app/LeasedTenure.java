package io.kvsinfer.worker.app;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.store.CameraStateTable;
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
