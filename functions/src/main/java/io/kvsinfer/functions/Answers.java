package io.kvsinfer.functions;

import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse.BatchItemFailure;
import java.util.List;
import java.util.Optional;

/** Partial batch answers: Lambda gives a batch again from the record that is named. */
final class Answers {
  private Answers() {}

  static StreamsEventResponse from(Optional<String> sequenceNumber) {
    List<BatchItemFailure> failures =
        sequenceNumber.map(BatchItemFailure::new).map(List::of).orElse(List.of());
    return new StreamsEventResponse(failures);
  }
}
