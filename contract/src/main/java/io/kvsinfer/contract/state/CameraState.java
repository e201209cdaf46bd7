package io.kvsinfer.contract.state;

import org.jspecify.annotations.Nullable;

/**
 * One row of the camera_state table. Each part is written by one party on its own and absent until
 * then.
 *
 * @param desired by the scheduler
 * @param launch by the scheduler
 * @param watch by the scheduler
 * @param lease by the worker (the scheduler may set {@code released})
 * @param checkpoint by the worker
 * @param status by the worker
 * @param fence by the events function
 */
public record CameraState(
    String cameraId,
    @Nullable Desired desired,
    @Nullable Launch launch,
    @Nullable Watch watch,
    @Nullable Lease lease,
    @Nullable Checkpoint checkpoint,
    @Nullable Status status,
    @Nullable Fence fence) {}
