package io.kvsinfer.functions.alerts;

import io.kvsinfer.functions.metrics.Counters;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.Incident;
import io.kvsinfer.store.IncidentTable;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sns.SnsClient;

/**
 * The incidents table as an outbox: an incident whose row has no {@code alerted_at} is still to be
 * told of. At least once: it is marked after SNS took the message.
 */
public final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private final IncidentTable incidents;
  private final SnsClient sns;
  private final @Nullable String topic;
  private final InstantSource clock;
  private final Counters counters;

  public Outbox(
      DynamoDbClient dynamo,
      SnsClient sns,
      Environment environment,
      InstantSource clock,
      Counters counters) {
    this.incidents =
        new IncidentTable(dynamo, environment.incidentsTable(), environment.retention());
    this.sns = sns;
    this.topic = environment.alertsTopic();
    this.clock = clock;
    this.counters = counters;
  }

  /**
   * Sends what is pending.
   *
   * @return sequence number of the first change that is to come again; empty when all is sent
   */
  public Optional<String> send(List<IncidentChange> changes) {
    if (topic == null) {
      LOG.info("{} changes, no KVS_INFER_ALERTS_TOPIC: nobody is told", changes.size());
      return Optional.empty();
    }
    Set<String> handled = new HashSet<>();
    for (IncidentChange change : changes) {
      if (!change.pending() || !handled.add(change.incidentId())) {
        continue;
      }
      try {
        send(topic, change.incidentId());
      } catch (SdkException e) {
        LOG.error("incident {}: its alert is to come again", change.incidentId(), e);
        counters.add("AlertsFailed", 1);
        return Optional.of(change.sequenceNumber());
      }
    }
    return Optional.empty();
  }

  private void send(String topicArn, String incidentId) {
    // The change may be older than the mark: the row itself says whether an alert is due.
    Incident incident = incidents.get(incidentId).orElse(null);
    if (incident == null) {
      return;
    }
    if (incident.alertedAt() != null) {
      counters.add("AlertsRepeated", 1);
      return;
    }
    Alert alert = Alert.of(incident);
    sns.publish(request ->
        request
            .topicArn(topicArn)
            .subject(alert.subject())
            .message(alert.message())
            .messageAttributes(alert.attributes()));
    counters.add("AlertsSent", 1);
    LOG.info("incident {}: alert sent", incidentId);
    incidents.markAlerted(incidentId, clock.instant());
  }
}
