package io.kvsinfer.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import io.kvsinfer.functions.alerts.IncidentChange;
import io.kvsinfer.functions.alerts.Outbox;
import io.kvsinfer.functions.calls.Patience;
import io.kvsinfer.functions.metrics.EmfCounters;
import io.kvsinfer.store.Environment;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.crac.Core;
import org.crac.Resource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.lambda.powertools.logging.PowertoolsLogging;

/**
 * The alerts function: changes of the incidents table, one SNS message per opened incident and, if
 * asked for, per closed one.
 */
public final class AlertsHandler
    implements RequestHandler<DynamodbEvent, StreamsEventResponse>, Resource {
  private final Outbox outbox;
  private final HeldBatch<IncidentChange> held;
  private final EmfCounters counters;

  /** As Lambda makes it: from the environment of the process. */
  public AlertsHandler() {
    Environment environment = Environment.of(System.getenv());
    this.counters = new EmfCounters("alerts", environment.name());
    this.outbox =
        new Outbox(
            Patience.DEFAULT.client(DynamoDbClient.builder()),
            Patience.DEFAULT.client(SnsClient.builder()),
            S3Presigner.builder().build(),
            environment,
            InstantSource.system(),
            counters);
    this.held = new HeldBatch<>(IncidentChange::sequenceNumber, outbox::send);
    Core.getGlobalContext().register(this);
  }

  /** Before SnapStart's snapshot: what the first alert would otherwise load is in it then. */
  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    outbox.prime();
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    // Nothing of an invocation is kept for the next.
  }

  AlertsHandler(Outbox outbox, EmfCounters counters) {
    this.outbox = outbox;
    this.held = new HeldBatch<>(IncidentChange::sequenceNumber, outbox::send);
    this.counters = counters;
  }

  @Override
  public StreamsEventResponse handleRequest(DynamodbEvent event, Context context) {
    List<IncidentChange> changes = event.getRecords().stream().map(AlertsHandler::change).toList();
    return PowertoolsLogging.withLogging(
        context,
        () -> {
          try {
            return Answers.from(held.take(changes, TimeLeft.of(context)));
          } finally {
            counters.flush();
          }
        });
  }

  private static IncidentChange change(DynamodbStreamRecord record) {
    var change = record.getDynamodb();
    var image = change.getNewImage();
    return new IncidentChange(
        change.getSequenceNumber(),
        Objects.requireNonNull(change.getKeys().get("incident_id")).getS(),
        image != null && !image.containsKey("alerted_at"),
        image != null
            && image.containsKey("phase")
            && "closed".equals(image.get("phase").getS())
            && !image.containsKey("close_alerted_at"));
  }
}
