package io.kvsinfer.functions.scheduler;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What workers run on.
 *
 * @param clusters in the order in which they fill up; empty = the environment has one, without a
 *     bound of its own
 * @param tasksPerCluster tasks a cluster takes
 * @param camerasPerTask cameras of one pool that share a task
 * @param pools pool of a camera, of those that name one
 * @param versions which task definition a camera gets
 */
public record Fleet(
    List<String> clusters,
    int tasksPerCluster,
    int camerasPerTask,
    Map<String, String> pools,
    Versions versions) {
  public Fleet {
    clusters = List.copyOf(clusters);
    pools = Map.copyOf(pools);
  }

  /** One cluster, one version, one camera to a task. */
  static Fleet single() {
    return new Fleet(List.of(), Integer.MAX_VALUE, 1, Map.of(), Versions.one());
  }

  /** The same with another rule for versions. */
  Fleet with(Versions other) {
    return new Fleet(clusters, tasksPerCluster, camerasPerTask, pools, other);
  }

  /** The pool in which a camera shares a task; null when it has one of its own. */
  @Nullable String sharing(String cameraId) {
    return camerasPerTask > 1 ? pools.get(cameraId) : null;
  }
}
