package io.kvsinfer.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.functions.calls.Patience;
import io.kvsinfer.functions.metrics.EmfCounters;
import io.kvsinfer.functions.scheduler.Limits;
import io.kvsinfer.functions.scheduler.Scheduler;
import io.kvsinfer.store.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.crac.Core;
import org.crac.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.lambda.powertools.logging.PowertoolsLogging;

/**
 * The scheduler function. Called every minute, for changes of the cameras table and for task state
 * changes of ECS; whatever calls it, it looks at everything. The answer {@code
 * {"batchItemFailures": [], "actions": {…}}} suits all of them.
 */
public final class SchedulerHandler implements RequestStreamHandler, Resource {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerHandler.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final int LAUNCH_ID_BITS = 100;
  private static final int BASE_36 = 36;

  private final Scheduler scheduler;
  private final EmfCounters counters;

  /** As Lambda makes it: from the environment of the process. */
  public SchedulerHandler() {
    Environment environment = Environment.of(System.getenv());
    this.counters = new EmfCounters("scheduler", environment.name());
    this.scheduler =
        new Scheduler(
            Patience.DEFAULT.client(DynamoDbClient.builder()),
            Patience.DEFAULT.client(EcsClient.builder()),
            environment,
            Limits.DEFAULT,
            InstantSource.system(),
            SchedulerHandler::newLaunchId,
            counters,
            SchedulerHandler::await);
    Core.getGlobalContext().register(this);
  }

  /** Before SnapStart's snapshot: what the first look would otherwise load is in it then. */
  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    scheduler.prime();
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    // Nothing of an invocation is kept for the next.
  }

  SchedulerHandler(Scheduler scheduler, EmfCounters counters) {
    this.scheduler = scheduler;
    this.counters = counters;
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    // Read to its end only so that the caller may close it: what it says decides nothing.
    input.transferTo(OutputStream.nullOutputStream());
    Duration left =
        Duration.ofMillis(context.getRemainingTimeInMillis()).minus(Patience.LAST_BEGIN);
    Map<String, Integer> actions = PowertoolsLogging.withLogging(context, () -> run(left));
    ObjectNode answer = JSON.createObjectNode();
    answer.putArray("batchItemFailures");
    ObjectNode counts = answer.putObject("actions");
    actions.forEach(counts::put);
    output.write(JSON.writeValueAsBytes(answer));
  }

  private Map<String, Integer> run(Duration left) {
    try {
      Map<String, Integer> actions = scheduler.run(left);
      LOG.info("done: {}", actions);
      return actions;
    } finally {
      counters.flush();
    }
  }

  private static void await(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String newLaunchId() {
    return "l" + new BigInteger(LAUNCH_ID_BITS, RANDOM).toString(BASE_36);
  }
}
