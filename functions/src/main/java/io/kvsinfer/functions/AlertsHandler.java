package io.kvsinfer.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import io.kvsinfer.functions.alerts.IncidentChange;
import io.kvsinfer.functions.alerts.Outbox;
import io.kvsinfer.functions.metrics.EmfCounters;
import io.kvsinfer.store.Environment;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.lambda.powertools.logging.PowertoolsLogging;

/**
 * The alerts function: changes of the incidents table, one SNS message per opened incident and, if
 * asked for, per closed one.
 */
public final class AlertsHandler implements RequestHandler<DynamodbEvent, StreamsEventResponse> {
  private final Outbox outbox;
  private final EmfCounters counters;

  /** As Lambda makes it: from the environment of the process. */
  public AlertsHandler() {
    Environment environment = Environment.of(System.getenv());
    var http = UrlConnectionHttpClient.builder();
    this.counters = new EmfCounters("alerts", environment.name());
    this.outbox =
        new Outbox(
            DynamoDbClient.builder().httpClientBuilder(http).build(),
            SnsClient.builder().httpClientBuilder(http).build(),
            S3Presigner.builder().build(),
            environment,
            InstantSource.system(),
            counters);
  }

  AlertsHandler(Outbox outbox, EmfCounters counters) {
    this.outbox = outbox;
    this.counters = counters;
  }

  @Override
  public StreamsEventResponse handleRequest(DynamodbEvent event, Context context) {
    List<IncidentChange> changes = event.getRecords().stream().map(AlertsHandler::change).toList();
    return PowertoolsLogging.withLogging(
        context,
        () -> {
          try {
            return Answers.from(outbox.send(changes));
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
