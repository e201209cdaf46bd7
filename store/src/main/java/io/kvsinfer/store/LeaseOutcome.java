package io.kvsinfer.store;

import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Lease;
import org.jspecify.annotations.Nullable;

/** What became of an attempt on a lease. Not being able to reach the table is an exception. */
public sealed interface LeaseOutcome {

  /**
   * The lease is the caller's, as it now stands. What else the row says comes with the same answer,
   * so that a holder learns of changes without reading.
   *
   * @param launchId the camera's launch; another one than the caller's means that a successor waits
   * @param desired what the scheduler made of the operator's item; null when the item is gone
   */
  record Taken(Lease lease, @Nullable String launchId, @Nullable Desired desired)
      implements LeaseOutcome {}

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
