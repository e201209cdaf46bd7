package io.kvsinfer.functions.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Kinesis and what reads it: one shard, a reader that lags and repeats batches, and the fence as
 * the contract pins it.
 */
final class SimulatedStream {
  /**
   * A record; its place in the list is its sequence number.
   *
   * @param lease the first record of a generation
   * @param valid put while its worker held the camera's lease
   */
  private record Put(String camera, long generation, boolean lease, boolean valid) {}

  private record Fence(long generation, int sequence) {}

  private final Random random;
  private final List<Put> log = new ArrayList<>();
  private final Map<String, Fence> fences = new HashMap<>();
  private final Set<Integer> stored = new HashSet<>();
  private final Set<Integer> fenced = new HashSet<>();
  private int read;

  SimulatedStream(Random random) {
    this.random = random;
  }

  void put(String camera, long generation, boolean lease, boolean valid) {
    log.add(new Put(camera, generation, lease, valid));
  }

  /** A batch is read; now and then an older one again. */
  void deliver() {
    int from = random.nextInt(10) == 0 ? Math.max(0, read - random.nextInt(20)) : read;
    int to = Math.min(log.size(), from + 1 + random.nextInt(10));
    for (int i = from; i < to; i++) {
      take(i);
    }
    read = Math.max(read, to);
  }

  void deliverAll() {
    while (read < log.size()) {
      deliver();
    }
  }

  private void take(int sequence) {
    Put put = log.get(sequence);
    Fence fence = fences.getOrDefault(put.camera, new Fence(0, -1));
    if (put.lease) {
      if (put.generation > fence.generation) {
        fences.put(put.camera, new Fence(put.generation, sequence));
      }
    } else if (put.generation < fence.generation && sequence > fence.sequence) {
      fenced.add(sequence);
    } else {
      stored.add(sequence);
    }
  }

  /** What must never be. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    Map<String, Long> newest = new HashMap<>();
    for (int i = 0; i < log.size(); i++) {
      Put put = log.get(i);
      if (fenced.contains(i) && put.valid) {
        faults.add("a valid record of generation " + put.generation + " was fenced");
      }
      if (stored.contains(i) && newest.getOrDefault(put.camera, 0L) > put.generation) {
        faults.add("generation " + put.generation + " was stored after a newer one");
      }
      if (stored.contains(i)) {
        newest.merge(put.camera, put.generation, Math::max);
      }
      if (!put.lease && put.valid && !stored.contains(i)) {
        faults.add("a valid record of generation " + put.generation + " was not stored");
      }
    }
    return faults;
  }
}
