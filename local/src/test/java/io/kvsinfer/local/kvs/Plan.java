package io.kvsinfer.local.kvs;

import java.time.Instant;
import java.time.InstantSource;

/** Simulated time in which something is planned. */
interface Plan extends InstantSource {

  /** Something that happens at its moment; at the same moment in the order of planning. */
  record Planned(Instant at, long order, Runnable what) implements Comparable<Planned> {
    @Override
    public int compareTo(Planned other) {
      int byTime = at.compareTo(other.at);
      return byTime == 0 ? Long.compare(order, other.order) : byTime;
    }
  }

  void at(Instant when, Runnable what);
}
