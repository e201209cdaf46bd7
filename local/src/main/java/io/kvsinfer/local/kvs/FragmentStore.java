package io.kvsinfer.local.kvs;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The fragments of one stream, in memory or on disk, in the order they came in. The oldest go
 * first: when they are older than the retention, and when the bytes exceed the bound. Thread-safe.
 */
public final class FragmentStore {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();
  private final TreeMap<String, Fragment> fragments = new TreeMap<>(FragmentNumbers.ORDER);
  private final long maxBytes;
  private final @Nullable Path folder;
  private @Nullable ComingFragment coming;
  private long bytes;

  /**
   * @param maxBytes of media, in memory or on disk
   * @param folder where the media is kept, a file for each fragment; null for in memory
   */
  FragmentStore(long maxBytes, @Nullable Path folder) {
    if (maxBytes <= 0) {
      throw new IllegalArgumentException("a store of " + maxBytes + " bytes; must be > 0");
    }
    this.maxBytes = maxBytes;
    this.folder = folder;
  }

  /**
   * Shows a fragment that comes in, unless another one does.
   *
   * @return whether it is shown; it is until it is whole or broke off
   */
  boolean show(ComingFragment fragment) {
    lock.lock();
    try {
      String newest = fragments.isEmpty() ? "0" : fragments.lastKey();
      if (coming != null || FragmentNumbers.ORDER.compare(fragment.number(), newest) <= 0) {
        return false;
      }
      coming = fragment;
      grown.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** A fragment that came in broke off: it is not kept. */
  void hide(ComingFragment fragment) {
    lock.lock();
    try {
      fragment.end(false);
      coming = coming == fragment ? null : coming;
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** A fragment that came in is whole: it is kept, as by {@link #append}. */
  void append(Fragment fragment, Duration keep, ComingFragment shown) {
    lock.lock();
    try {
      append(fragment, keep);
      shown.end(true);
      coming = coming == shown ? null : coming;
    } finally {
      lock.unlock();
    }
  }

  /** Keeps a fragment; what is older than {@code keep} before its server time is dropped. */
  void append(Fragment fragment, Duration keep) {
    lock.lock();
    try {
      Fragment kept = folder == null ? fragment : fragment.keptIn(folder);
      Fragment replaced = fragments.put(fragment.number(), kept);
      bytes += fragment.bytes() - (replaced == null ? 0 : replaced.bytes());
      drop(fragment.serverTimestamp().minus(keep));
      grown.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void drop(Instant oldest) {
    while (fragments.size() > 1
        && (bytes > maxBytes
            || fragments.firstEntry().getValue().serverTimestamp().isBefore(oldest))) {
      forget(fragments.pollFirstEntry().getValue());
    }
  }

  private void forget(Fragment fragment) {
    bytes -= fragment.bytes();
    if (fragment.media() instanceof FragmentMedia.InFile file) {
      file.delete();
    }
  }

  /** Forgets all fragments. */
  void clear() {
    lock.lock();
    try {
      fragments.values().forEach(this::forget);
      fragments.clear();
      if (coming != null) {
        hide(coming);
      }
    } finally {
      lock.unlock();
    }
  }

  /** All fragments that are kept, oldest first. */
  public List<Fragment> all() {
    lock.lock();
    try {
      return List.copyOf(fragments.values());
    } finally {
      lock.unlock();
    }
  }

  /** Fragments that came in after the one numbered {@code number}, oldest first. */
  public List<Fragment> after(String number) {
    lock.lock();
    try {
      return List.copyOf(fragments.tailMap(number, false).values());
    } finally {
      lock.unlock();
    }
  }

  public Optional<Fragment> find(String number) {
    lock.lock();
    try {
      return Optional.ofNullable(fragments.get(number));
    } finally {
      lock.unlock();
    }
  }

  public Optional<Fragment> newest() {
    lock.lock();
    try {
      return Optional.ofNullable(fragments.lastEntry()).map(e -> e.getValue());
    } finally {
      lock.unlock();
    }
  }

  /** What a reader finds next: a fragment that is kept, or one that comes in. */
  sealed interface Next {
    record Kept(Fragment fragment) implements Next {}

    record Coming(ComingFragment fragment) implements Next {}
  }

  /**
   * The first fragment after {@code number}, waiting for it.
   *
   * @return empty when none came within {@code patience}
   */
  Optional<Next> awaitAfter(String number, Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      Optional<Next> next = nextAfter(number);
      while (next.isEmpty() && left > 0) {
        left = grown.awaitNanos(left);
        next = nextAfter(number);
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  private Optional<Next> nextAfter(String number) {
    var kept = fragments.higherEntry(number);
    ComingFragment shown = coming;
    boolean isNext =
        shown != null
            && FragmentNumbers.ORDER.compare(shown.number(), number) > 0
            && (kept == null || FragmentNumbers.ORDER.compare(shown.number(), kept.getKey()) < 0);
    if (isNext && shown != null) {
      return Optional.of(new Next.Coming(shown));
    }
    return kept == null ? Optional.empty() : Optional.of(new Next.Kept(kept.getValue()));
  }

  /** Whether a fragment comes in just now. */
  boolean growing() {
    lock.lock();
    try {
      return coming != null;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes of media that are kept. */
  public long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }
}
