package io.kvsinfer.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import io.kvsinfer.functions.calls.Patience;
import io.kvsinfer.functions.events.EventBatch;
import io.kvsinfer.functions.events.StreamInput;
import io.kvsinfer.functions.metrics.EmfCounters;
import io.kvsinfer.store.Environment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.crac.Core;
import org.crac.Resource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.lambda.powertools.logging.PowertoolsLogging;

/** The events function: batches of the event stream into tables and archive. */
public final class EventsHandler
    implements RequestHandler<KinesisEvent, StreamsEventResponse>, Resource {
  private final EventBatch batch;
  private final HeldBatch<StreamInput> held;
  private final EmfCounters counters;

  /** As Lambda makes it: from the environment of the process. */
  public EventsHandler() {
    Environment environment = Environment.of(System.getenv());
    this.counters = new EmfCounters("events", environment.name());
    this.batch =
        new EventBatch(
            Patience.DEFAULT.client(DynamoDbClient.builder()),
            Patience.DEFAULT.client(S3Client.builder()),
            environment,
            counters);
    this.held = new HeldBatch<>(StreamInput::sequenceNumber, batch::store);
    Core.getGlobalContext().register(this);
  }

  /** Before SnapStart's snapshot: what the first batch would otherwise load is in it then. */
  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    batch.prime();
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    // Nothing of a batch is kept between invocations.
  }

  EventsHandler(EventBatch batch, EmfCounters counters) {
    this.batch = batch;
    this.held = new HeldBatch<>(StreamInput::sequenceNumber, batch::store);
    this.counters = counters;
  }

  @Override
  public StreamsEventResponse handleRequest(KinesisEvent event, Context context) {
    List<StreamInput> inputs = event.getRecords().stream().map(EventsHandler::input).toList();
    return PowertoolsLogging.withLogging(
        context,
        () -> {
          try {
            Optional<String> left = held.take(inputs, TimeLeft.of(context));
            left.ifPresent(first -> batch.givenBack());
            return Answers.from(left);
          } finally {
            counters.flush();
          }
        });
  }

  private static StreamInput input(KinesisEventRecord record) {
    var kinesis = record.getKinesis();
    ByteBuffer data = kinesis.getData().duplicate();
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    String eventId = record.getEventID();
    return new StreamInput(
        eventId.substring(0, eventId.indexOf(':')),
        kinesis.getSequenceNumber(),
        kinesis.getPartitionKey(),
        kinesis.getApproximateArrivalTimestamp().toInstant(),
        bytes);
  }
}
