package io.kvsinfer.functions.alerts;

import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.functions.calls.Samples;
import io.kvsinfer.functions.metrics.Counters;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.Incident;
import io.kvsinfer.store.IncidentTable;
import io.kvsinfer.store.UnreadableItemException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sns.SnsClient;

/**
 * The incidents table as an outbox: an incident whose row has no {@code alerted_at} is still to be
 * told of, and a closed one without {@code close_alerted_at} too, if that is asked for. At least
 * once: it is marked after SNS took the message.
 */
public final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private final IncidentTable incidents;
  private final CameraTable cameras;
  private final SnsClient sns;
  private final @Nullable String topic;
  private final boolean tellsClosed;
  private final @Nullable Evidence evidence;
  private final InstantSource clock;
  private final Counters counters;

  /**
   * An outbox of the environment.
   *
   * @param presigner for links to the evidence, which are made where the environment asks for them
   */
  public Outbox(
      DynamoDbClient dynamo,
      SnsClient sns,
      S3Presigner presigner,
      Environment environment,
      InstantSource clock,
      Counters counters) {
    this.incidents =
        new IncidentTable(dynamo, environment.incidentsTable(), environment.retentionByKind());
    this.cameras = new CameraTable(dynamo, environment.camerasTable());
    this.sns = sns;
    this.topic = environment.alertsTopic();
    this.tellsClosed = environment.alertsClosed();
    Duration lifetime = environment.alertsLink();
    this.evidence =
        lifetime == null
            ? null
            : new Evidence(presigner, environment.mediaBucket(), lifetime, clock);
    this.clock = clock;
    this.counters = counters;
  }

  /**
   * Goes through what a first alert needs without telling anybody: a row asked for, a message
   * written. A table that does not answer costs the speed of the first alert, no more.
   */
  public void prime() {
    Incident sample = Incident.of(Samples.event());
    Alert.of(sample, Alert.Of.OPENED, false, evidence == null ? null : evidence.link(sample));
    try {
      incidents.get(Samples.NOBODY);
    } catch (SdkException e) {
      LOG.warn("not primed: {}", e.getMessage());
    }
  }

  /** {@link #send(List, BooleanSupplier)} with all the time it takes. */
  public Optional<String> send(List<IncidentChange> changes) {
    return send(changes, () -> true);
  }

  /**
   * Sends what is pending.
   *
   * @param mayBegin whether there is time for another alert; what is left then is to come again
   * @return sequence number of the first change that is to come again; empty when all is sent
   */
  public Optional<String> send(List<IncidentChange> changes, BooleanSupplier mayBegin) {
    if (topic == null) {
      LOG.info("{} changes, no KVS_INFER_ALERTS_TOPIC: nobody is told", changes.size());
      return Optional.empty();
    }
    PlateConsent consent = new PlateConsent(cameras);
    Set<String> handled = new HashSet<>();
    for (IncidentChange change : changes) {
      boolean pending = change.unalerted() || (tellsClosed && change.closedUntold());
      if (!pending || !handled.add(change.incidentId())) {
        continue;
      }
      if (!mayBegin.getAsBoolean()) {
        LOG.warn("incident {}: its alert is to come again: no time left", change.incidentId());
        return Optional.of(change.sequenceNumber());
      }
      try {
        send(topic, change.incidentId(), consent);
      } catch (UnreadableItemException e) {
        // The reason may quote the row, which may hold plate text.
        LOG.error("incident {} cannot be read: nobody is told of it", change.incidentId());
        counters.add("AlertsUnreadable", 1);
      } catch (SdkException e) {
        LOG.error("incident {}: its alert is to come again", change.incidentId(), e);
        counters.add("AlertsFailed", 1);
        return Optional.of(change.sequenceNumber());
      }
    }
    return Optional.empty();
  }

  private void send(String topicArn, String incidentId, PlateConsent consent) {
    // The change may be older than the marks: the row itself says what is due.
    Incident incident = incidents.get(incidentId).orElse(null);
    if (incident == null) {
      return;
    }
    boolean opened = incident.alertedAt() == null;
    boolean closed =
        tellsClosed && incident.phase() == Phase.CLOSED && incident.closeAlertedAt() == null;
    if (opened) {
      publish(topicArn, incident, Alert.Of.OPENED, consent);
      incidents.markAlerted(incidentId, clock.instant());
    }
    if (closed) {
      publish(topicArn, incident, Alert.Of.CLOSED, consent);
      incidents.markCloseAlerted(incidentId, clock.instant());
    }
    if (!opened && !closed) {
      counters.add("AlertsRepeated", 1);
    }
  }

  private void publish(String topicArn, Incident incident, Alert.Of of, PlateConsent consent) {
    Alert alert =
        Alert.of(
            incident,
            of,
            consent.given(incident),
            evidence == null ? null : evidence.link(incident));
    sns.publish(request ->
        request
            .topicArn(topicArn)
            .subject(alert.subject())
            .messageStructure("json")
            .message(alert.message())
            .messageAttributes(alert.attributes()));
    counters.add("AlertsSent", 1);
    LOG.info("incident {}: told that it {}", incident.incidentId(), of);
  }
}
