package io.kvsinfer.local.fault;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The faults that were asked for, in order. Who meets one takes it, once for each time it is to
 * happen. Thread-safe.
 */
public final class FaultList {

  /**
   * How a fault stands.
   *
   * @param left times that it is still to happen
   * @param happened times that it has happened
   */
  public record Standing(Fault fault, int left, long happened) {}

  private static final class Armed {
    private final Fault fault;
    private Instant due;
    private int left;
    private long happened;

    Armed(Fault fault, Instant due) {
      this.fault = fault;
      this.due = due;
      this.left = fault.times();
    }
  }

  private final List<Armed> armed = new ArrayList<>();
  private final InstantSource clock;

  public FaultList(InstantSource clock) {
    this.clock = clock;
  }

  public synchronized void add(Fault fault) {
    armed.add(new Armed(fault, clock.instant().plus(fault.after())));
  }

  /** Forgets all of them. */
  public synchronized void clear() {
    armed.clear();
  }

  /** All that were added since they were last cleared, also those that are over. */
  public synchronized List<Standing> standing() {
    return armed.stream().map(a -> new Standing(a.fault, a.left, a.happened)).toList();
  }

  /**
   * The first fault of a kind that is due.
   *
   * @param api of {@link Apis}
   * @param stream the stream's name where it is known
   */
  public synchronized <E extends Effect> Optional<E> take(
      Class<E> kind, String api, Optional<String> stream) {
    for (Armed one : armed) {
      if (kind.isInstance(one.fault.effect())
          && one.fault.concerns(api, stream)
          && isDue(one, clock.instant())) {
        one.happened++;
        one.left -= one.left == Fault.ALWAYS ? 0 : 1;
        return Optional.of(kind.cast(one.fault.effect()));
      }
    }
    return Optional.empty();
  }

  /** All faults of a kind that are due for a stream, each taken once. */
  public synchronized <E extends Effect> List<E> takeAll(Class<E> kind, String stream) {
    List<E> effects = new ArrayList<>();
    for (Armed one : armed) {
      if (kind.isInstance(one.fault.effect())
          && one.fault.stream().map(stream::equals).orElse(true)
          && isDue(one, clock.instant())) {
        one.happened++;
        one.left -= one.left == Fault.ALWAYS ? 0 : 1;
        effects.add(kind.cast(one.fault.effect()));
      }
    }
    return effects;
  }

  private static boolean isDue(Armed one, Instant now) {
    if (now.isBefore(one.due)) {
      return false;
    }
    if (one.left > 0) {
      return true;
    }
    if (one.fault.every().isEmpty()) {
      return false;
    }
    Instant again = one.due.plus(one.fault.every().get());
    if (now.isBefore(again)) {
      return false;
    }
    one.due = now;
    one.left = one.fault.times();
    return true;
  }
}
