package io.kvsinfer.functions;

import com.amazonaws.services.lambda.runtime.Context;
import io.kvsinfer.functions.calls.Patience;
import java.util.function.BooleanSupplier;

/** What an invocation has time for. */
final class TimeLeft {
  private TimeLeft() {}

  /** Whether another call may begin: one that hangs would still end before the invocation. */
  static BooleanSupplier of(Context context) {
    return () -> context.getRemainingTimeInMillis() > Patience.LAST_BEGIN.toMillis();
  }
}
