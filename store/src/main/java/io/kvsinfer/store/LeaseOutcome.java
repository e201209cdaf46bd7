package io.kvsinfer.store;

import io.kvsinfer.contract.state.Lease;
import org.jspecify.annotations.Nullable;

/** What became of an attempt on a lease. Not being able to reach the table is an exception. */
public sealed interface LeaseOutcome {

  /** The lease is the caller's, as it now stands. */
  record Taken(Lease lease) implements LeaseOutcome {}

  /**
   * The lease is not the caller's.
   *
   * @param current what stands in the table; null when there is no lease
   */
  record Refused(Reason reason, @Nullable Lease current) implements LeaseOutcome {}

  /** Why a lease was refused. */
  enum Reason {
    /** The camera's launch is not the one the caller was started with: it must end. */
    OTHER_LAUNCH,
    /** The lease is no longer what the caller saw or held. */
    CHANGED
  }
}
