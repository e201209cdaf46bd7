package io.kvsinfer.contract.settings;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What items of the cameras table may name beyond the environment's own: who may write an item must
 * not thereby reach every stream, bucket and table of the account. Entries are whole names, or
 * beginnings that end in {@code *}.
 *
 * @param streamArns of Kinesis video streams
 * @param kinesisStreams names of data streams events may go to
 * @param buckets names of buckets pictures may go to
 * @param tables names of tables a worker may write events to
 */
public record AllowList(
    List<String> streamArns,
    List<String> kinesisStreams,
    List<String> buckets,
    List<String> tables) {
  private static final List<String> ANY = List.of("*");

  public AllowList {
    streamArns = List.copyOf(streamArns);
    kinesisStreams = List.copyOf(kinesisStreams);
    buckets = List.copyOf(buckets);
    tables = List.copyOf(tables);
  }

  /** Everything: one machine, one user. */
  public static AllowList everything() {
    return new AllowList(ANY, ANY, ANY, ANY);
  }

  /** What the camera names that is not allowed; the values themselves are the operator's own. */
  public List<Violation> violations(CameraSettings camera) {
    List<Violation> violations = new ArrayList<>();
    check("stream_arn", camera.streamArn(), streamArns, violations);
    PublisherSettings publishers = camera.publishers();
    String path = "publishers.";
    check(path + "kinesis_stream_name", publishers.kinesisStreamName(), kinesisStreams, violations);
    check(path + "s3_bucket", publishers.s3Bucket(), buckets, violations);
    check(path + "dynamodb_table", publishers.dynamodbTable(), tables, violations);
    return violations;
  }

  private static void check(
      String path, @Nullable String value, List<String> allowed, List<Violation> violations) {
    if (value != null && allowed.stream().noneMatch(entry -> matches(entry, value))) {
      String right = allowed.isEmpty() ? "no value" : String.join(", ", allowed);
      violations.add(
          new Violation(
              path,
              '"' + value + '"',
              "is not allowed in this environment, which allows " + right));
    }
  }

  private static boolean matches(String entry, String value) {
    return entry.endsWith("*")
        ? value.startsWith(entry.substring(0, entry.length() - 1))
        : value.equals(entry);
  }
}
