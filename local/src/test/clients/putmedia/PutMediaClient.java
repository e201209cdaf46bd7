import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.services.kinesisvideo.AmazonKinesisVideoPutMedia;
import com.amazonaws.services.kinesisvideo.AmazonKinesisVideoPutMediaClient;
import com.amazonaws.services.kinesisvideo.PutMediaAckResponseHandler;
import com.amazonaws.services.kinesisvideo.model.AckEvent;
import com.amazonaws.services.kinesisvideo.model.FragmentTimecodeType;
import com.amazonaws.services.kinesisvideo.model.PutMediaRequest;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Puts Matroska by the AWS SDK's client of PutMedia: {@code PutMediaClient ENDPOINT STREAM FILE}.
 * Ends well when each fragment was acknowledged as persisted and the answer came to its end.
 */
public final class PutMediaClient {
  private PutMediaClient() {}

  public static void main(String[] arguments) throws Exception {
    List<AckEvent> acks = Collections.synchronizedList(new ArrayList<>());
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(1);
    AmazonKinesisVideoPutMedia client =
        AmazonKinesisVideoPutMediaClient.builder()
            .withRegion("us-east-1")
            .withEndpoint(arguments[0])
            .withCredentials(
                new AWSStaticCredentialsProvider(new BasicAWSCredentials("local", "local")))
            .withConnectionTimeoutInMillis(10_000)
            .withNumberOfThreads(1)
            .build();
    try (InputStream media = Files.newInputStream(Path.of(arguments[2]))) {
      client.putMedia(
          new PutMediaRequest()
              .withStreamName(arguments[1])
              .withFragmentTimecodeType(FragmentTimecodeType.ABSOLUTE)
              .withProducerStartTimestamp(new Date())
              .withPayload(media),
          new PutMediaAckResponseHandler() {
            @Override
            public void onAckEvent(AckEvent event) {
              acks.add(event);
            }

            @Override
            public void onFailure(Throwable t) {
              failures.add(t);
              done.countDown();
            }

            @Override
            public void onComplete() {
              done.countDown();
            }
          });
      if (!done.await(60, TimeUnit.SECONDS)) {
        failures.add(new IllegalStateException("no end within 60 s"));
      }
    } finally {
      client.close();
    }
    long persisted = count(acks, "PERSISTED");
    System.out.printf(
        "AWS SDK for Java: %d acknowledgements, %d fragments persisted%n", acks.size(), persisted);
    failures.forEach(Throwable::printStackTrace);
    boolean well =
        failures.isEmpty()
            && persisted > 0
            && persisted == count(acks, "BUFFERING")
            && persisted == count(acks, "RECEIVED")
            && acks.size() == 3 * persisted;
    System.exit(well ? 0 : 1);
  }

  private static long count(List<AckEvent> acks, String type) {
    return acks.stream()
        .filter(ack -> String.valueOf(ack.getAckEventType().getEnumValue()).equals(type))
        .count();
  }
}
