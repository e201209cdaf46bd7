package io.kvsinfer.functions.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.functions.TestCloud;
import io.kvsinfer.functions.TestEvents;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * What a batch of 100 events costs against a program that writes the same rows and the same object
 * and does nothing else. {@code -Dkvsinfer.batches=200} measures; here it is only seen to run.
 * Prints CPU time of the calling thread, so that the servers in this process do not count.
 */
final class BatchCostTest {
  private static final int BATCHES = Integer.getInteger("kvsinfer.batches", 2);
  private static final int SIZE = 100;
  private static final int CAMERAS = 10;
  private static final int AT_ONCE = 25;
  private static final Instant ARRIVED = Instant.parse("2026-11-21T03:00:01Z");
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final TestCloud cloud = new TestCloud();
  private final CountedCalls counted = new CountedCalls();
  private final Captured captured = new Captured();
  // All three call through it, so that being looked at costs each of them as much.
  private final DynamoDbClient dynamo = cloud.counted(counted, captured);
  private final EventBatch batch = new EventBatch(dynamo, cloud.s3(), cloud.environment(), cloud);
  private int made;

  /** What was written last. */
  private static final class Captured implements ExecutionInterceptor {
    private final List<BatchWriteItemRequest> events = new ArrayList<>();
    private final List<UpdateItemRequest> incidents = new ArrayList<>();

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
      if (context.request() instanceof BatchWriteItemRequest request) {
        events.add(request);
      } else if (context.request() instanceof UpdateItemRequest request) {
        incidents.add(request);
      }
    }

    void clear() {
      events.clear();
      incidents.clear();
    }
  }

  /**
   * CPU time of one batch.
   *
   * @param ours of the function, in ms
   * @param alike of the same writing calls bare, in ms
   * @param least of all rows by BatchWriteItem, in ms
   */
  private record Spent(double ours, double alike, double least) {
    static double median(List<Spent> all, ToDoubleFunction<Spent> what) {
      double[] sorted = all.stream().mapToDouble(what).sorted().toArray();
      return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
  }

  @Test
  void a_batch_of_an_incident_for_each_event() {
    measure(1);
  }

  @Test
  void a_batch_of_incidents_that_open_change_and_change_again() {
    measure(4);
  }

  private void measure(int eventsOfIncident) {
    List<Spent> spent = new ArrayList<>();
    int writes = 0;
    int reads = 0;
    for (int i = -BATCHES; i < BATCHES; i++) {
      List<StreamInput> inputs = inputs(eventsOfIncident);
      captured.clear();
      int writesBefore = counted.writes();
      int readsBefore = counted.reads();
      double ours = time(() -> assertThat(batch.store(inputs)).isEmpty());
      writes += counted.writes() - writesBefore;
      reads += counted.reads() - readsBefore;
      List<BatchWriteItemRequest> events = List.copyOf(captured.events);
      byte[] object = gzip(inputs);
      List<UpdateItemRequest> updates =
          captured.incidents.stream()
              .map(u -> u.toBuilder().conditionExpression(null).build())
              .toList();
      double alike = time(() -> writeAlike(events, updates, object));
      List<BatchWriteItemRequest> puts = puts(updates);
      double least = time(() -> writeLeast(events, puts, object));
      // The first half warms all three up.
      if (i >= 0) {
        spent.add(new Spent(ours, alike, least));
      }
    }
    System.out.printf(
        "batch cost: %d events of %d incidents, medians of %d batches: %.2f ms CPU; the same calls"
            + " bare %.2f ms (ratio %.2f), everything by BatchWriteItem %.2f ms (ratio %.2f); rows"
            + " written %.2f and read %.2f for each event%n",
        SIZE,
        SIZE / eventsOfIncident,
        BATCHES,
        Spent.median(spent, Spent::ours),
        Spent.median(spent, Spent::alike),
        Spent.median(spent, s -> s.ours() / s.alike()),
        Spent.median(spent, Spent::least),
        Spent.median(spent, s -> s.ours() / s.least()),
        writes / (2.0 * BATCHES * SIZE),
        reads / (2.0 * BATCHES * SIZE));
    int rows = 2 * BATCHES * (SIZE + SIZE / eventsOfIncident);
    // A bare program writes as many; the fences of ten cameras and the incidents are read besides.
    assertThat(writes).isEqualTo(rows);
    assertThat(reads).isEqualTo(2 * BATCHES * (CAMERAS + SIZE / eventsOfIncident));
  }

  private List<StreamInput> inputs(int eventsOfIncident) {
    List<StreamInput> inputs = new ArrayList<>();
    made++;
    for (int i = 0; i < SIZE; i++) {
      int incident = i / eventsOfIncident;
      String camera = "yard" + incident % CAMERAS;
      String id = id(made, incident);
      IncidentEvent event = TestEvents.event(id, i % eventsOfIncident, 1);
      inputs.add(
          new StreamInput(
              "shardId-000000000000",
              Integer.toString(made * SIZE + i),
              camera,
              ARRIVED,
              EventCodec.tree(event).put("camera_id", camera).toString().getBytes(UTF_8)));
    }
    return inputs;
  }

  /** 26 characters a-z and 2-7, another for each. */
  private static String id(int batch, int incident) {
    StringBuilder id = new StringBuilder("aaaaaaaaaaaaaaaaaaaaaaaaaa");
    int number = batch * SIZE + incident;
    for (int at = 0; number > 0; at++, number /= 26) {
      id.setCharAt(at, (char) ('a' + number % 26));
    }
    return id.toString();
  }

  /** The same calls without anything that leads to them. */
  private void writeAlike(
      List<BatchWriteItemRequest> events, List<UpdateItemRequest> incidents, byte[] object) {
    events.forEach(dynamo::batchWriteItem);
    incidents.forEach(dynamo::updateItem);
    put(object);
  }

  /** As few calls as the same rows can be written with, by who need not look at what is there. */
  private void writeLeast(
      List<BatchWriteItemRequest> events, List<BatchWriteItemRequest> incidents, byte[] object) {
    events.forEach(dynamo::batchWriteItem);
    incidents.forEach(dynamo::batchWriteItem);
    put(object);
  }

  private void put(byte[] object) {
    cloud
        .s3()
        .putObject(
            r -> r.bucket(cloud.environment().mediaBucket()).key("bare/" + made),
            RequestBody.fromBytes(object));
  }

  private static List<BatchWriteItemRequest> puts(List<UpdateItemRequest> updates) {
    List<BatchWriteItemRequest> requests = new ArrayList<>();
    for (int from = 0; from < updates.size(); from += AT_ONCE) {
      List<UpdateItemRequest> some =
          updates.subList(from, Math.min(updates.size(), from + AT_ONCE));
      requests.add(
          BatchWriteItemRequest.builder()
              .requestItems(
                  Map.of(
                      some.getFirst().tableName(), some.stream().map(BatchCostTest::put).toList()))
              .build());
    }
    return requests;
  }

  private static WriteRequest put(UpdateItemRequest update) {
    Map<String, AttributeValue> row = new HashMap<>(update.key());
    update
        .expressionAttributeValues()
        .forEach((name, value) ->
            row.put(
                Objects.requireNonNull(
                    update.expressionAttributeNames().get("#" + name.substring(1))),
                value));
    return WriteRequest.builder().putRequest(PutRequest.builder().item(row).build()).build();
  }

  private static byte[] gzip(List<StreamInput> inputs) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      for (StreamInput input : inputs) {
        out.write(input.data());
        out.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /** CPU time of this thread in ms. */
  private static double time(Runnable work) {
    long begin = THREADS.getCurrentThreadCpuTime();
    work.run();
    return (THREADS.getCurrentThreadCpuTime() - begin) / 1e6;
  }
}
