package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.SettingsRevision;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Fetches settings that a running worker takes up by itself. What needs a new worker is left to the
 * scheduler. Thread-safe.
 */
final class SettingsFollower {
  private static final Logger log = LoggerFactory.getLogger(SettingsFollower.class);

  private final String camera;
  private final String restart;
  private final Supplier<Optional<CameraSettings>> lookup;
  private final AtomicReference<@Nullable CameraSettings> waiting = new AtomicReference<>();
  private volatile String seen;

  /**
   * @param started settings the worker started with
   * @param lookup reads the operator's item; empty when it is gone or refused
   */
  SettingsFollower(CameraSettings started, Supplier<Optional<CameraSettings>> lookup) {
    this.camera = started.id();
    this.restart = SettingsRevision.restart(started);
    this.seen = SettingsRevision.of(started);
    this.lookup = lookup;
  }

  /** Looks at what the scheduler made of the item; reads the item when that is news. May block. */
  void follow(Tenure.Orders.Watch orders) {
    String revision = orders.revision();
    if (revision == null || revision.equals(seen)) {
      return;
    }
    if (orders.restartRevision() != null && !orders.restartRevision().equals(restart)) {
      seen = revision;
      log.info("camera {}: settings {} need a new worker", camera, revision);
      return;
    }
    try {
      lookup
          .get()
          .filter(found -> SettingsRevision.restart(found).equals(restart))
          .ifPresent(waiting::set);
      seen = revision;
    } catch (SdkException e) {
      log.warn("camera {}: settings {} not read: {}", camera, revision, e.getMessage());
    }
  }

  /** Settings to be taken up now; null when there are none. Each is given once. */
  @Nullable CameraSettings take() {
    return waiting.getAndSet(null);
  }
}
