package io.kvsinfer.worker.publish;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/**
 * A Kinesis at the end of its throughput: of each call it takes the last {@code capacity} records,
 * which it gives to the real one, and refuses the others in the answer, as AWS does.
 */
final class ThrottledKinesis implements KinesisClient {
  private final KinesisClient real;
  private final int capacity;
  private final List<Integer> sizes = new ArrayList<>();

  ThrottledKinesis(KinesisClient real, int capacity) {
    this.real = real;
    this.capacity = capacity;
  }

  /** How many records each call brought. */
  synchronized List<Integer> sizes() {
    return List.copyOf(sizes);
  }

  @Override
  public synchronized PutRecordsResponse putRecords(PutRecordsRequest request) {
    List<PutRecordsRequestEntry> records = request.records();
    sizes.add(records.size());
    int refused = Math.max(0, records.size() - capacity);
    PutRecordsResponse taken =
        real.putRecords(
            request.toBuilder().records(records.subList(refused, records.size())).build());
    List<PutRecordsResultEntry> results = new ArrayList<>();
    for (int i = 0; i < refused; i++) {
      results.add(
          PutRecordsResultEntry.builder()
              .errorCode("ProvisionedThroughputExceededException")
              .errorMessage("Rate exceeded for shard")
              .build());
    }
    results.addAll(taken.records());
    return PutRecordsResponse.builder().failedRecordCount(refused).records(results).build();
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {
    real.close();
  }
}
