package io.kvsinfer.local.fault;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A fault that is to happen.
 *
 * @param spec as it was asked for
 * @param stream the stream it happens to; empty for any
 * @param apis what it happens to, of {@link Apis}
 * @param times how often it happens, {@link #ALWAYS} without end
 * @param after how long after it was asked for it is due
 * @param every when it has happened so often, it is due again after this; empty for never
 */
public record Fault(
    String spec,
    Effect effect,
    Optional<String> stream,
    List<String> apis,
    int times,
    Duration after,
    Optional<Duration> every) {
  public static final int ALWAYS = Integer.MAX_VALUE;

  public Fault {
    apis = List.copyOf(apis);
    if (times < 1) {
      throw new IllegalArgumentException(spec + ": times is " + times + "; must be 1 or more");
    }
  }

  /** A fault that happens to any stream, at once. */
  public static Fault of(String spec, Effect effect, List<String> apis, int times) {
    return new Fault(spec, effect, Optional.empty(), apis, times, Duration.ZERO, Optional.empty());
  }

  /**
   * Reads {@code KIND} or {@code KIND:name=value,name=value}.
   *
   * @throws IllegalArgumentException which says what would be right
   */
  public static Fault parse(String spec) {
    return FaultSpec.parse(spec);
  }

  boolean concerns(String api, Optional<String> name) {
    return apis.contains(api) && (stream.isEmpty() || stream.equals(name));
  }
}
