package io.kvsinfer.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvsinfer.testkit.Relay;
import io.kvsinfer.testkit.TestMedia;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes and real servers, killed and taken away at random; the history that is left is
 * judged against what the cameras recorded. {@code -Dkvsinfer.faults=short} or {@code long} plays
 * the whole matrix and writes it as a table; {@code .ci/faults} does that.
 */
final class FaultMatrixTest {
  private static final Duration SHORT = Duration.ofMinutes(4);
  private static final Duration LONG = Duration.ofMinutes(20);
  private static final String SIZE = System.getProperty("kvsinfer.faults", "");

  @TempDir private Path folder;
  private Path functions = Path.of("");

  @BeforeEach
  void find_the_packaged_functions() {
    functions = TestMedia.repository().resolve("functions/target/kvs-infer-functions.jar");
    assumeTrue(
        Files.exists(functions), "needs the packaged functions: run mvn verify from the root");
  }

  @Test
  void workers_and_functions_may_be_killed_at_any_moment() throws Exception {
    assumeTrue(SIZE.isEmpty(), "part of the matrix that is played");
    Scenario scenario =
        new Scenario(
            "kill -9 of workers and functions",
            (run, random) -> {
              run.killFunction("EventsHandler");
              killWorkers(run, random, 2);
              run.killFunction("AlertsHandler");
            });
    try (Bench bench = new Bench(folder, functions);
        Run run = new Run(bench, 60, SHORT)) {
      Scenario.Outcome outcome = run.play(scenario, 2, 30, 1);
      assertThat(outcome.held()).as(outcome.toString()).isTrue();
      assertThat(outcome.strikes()).isPositive();
      assertThat(outcome.history().real()).isGreaterThan(8);
    }
  }

  @Test
  void the_matrix_holds() throws Exception {
    assumeTrue(!SIZE.isEmpty(), "played by .ci/faults");
    boolean all = SIZE.equals("long");
    Path report = Path.of(System.getProperty("kvsinfer.faults.report"));
    List<Scenario.Outcome> outcomes = new ArrayList<>();
    int failures = 0;
    try (Bench bench = new Bench(folder, functions)) {
      long seed = Long.getLong("kvsinfer.faults.seed", 1);
      String only = System.getProperty("kvsinfer.faults.only", "");
      for (Scenario scenario : all ? scenarios(bench) : shortScenarios(bench)) {
        if (!scenario.name().contains(only)) {
          continue;
        }
        try (Run run = new Run(bench, all ? 100 : 60, all ? LONG : SHORT)) {
          Scenario.Outcome outcome = run.play(scenario, all ? 4 : 1, all ? 300 : 30, seed++);
          System.out.println(outcome);
          outcomes.add(outcome);
          failures += outcome.held() ? 0 : 1;
        }
        // What was played stands there even if the next does not end.
        Files.writeString(report, table(outcomes));
      }
    }
    assertThat(outcomes).isNotEmpty();
    assertThat(failures).as(table(outcomes)).isZero();
  }

  private static List<Scenario> shortScenarios(Bench bench) {
    Duration away = Duration.ofSeconds(2);
    return List.of(
        new Scenario("kill -9 of the worker", (run, random) -> killWorkers(run, random, 2)),
        killedWhileAway("Kinesis", bench.kinesisRelay, 1),
        new Scenario(
            "kill -9 of the functions",
            (run, random) -> {
              killFunction(run, random, "EventsHandler", 1);
              killFunction(run, random, "AlertsHandler", 1);
            }),
        new Scenario("S3 away", (run, random) -> run.away(bench.s3Relay, away)),
        new Scenario("DynamoDB away", (run, random) -> run.away(bench.dynamoRelay, away)),
        throttled("DynamoDB", bench.dynamoRelay, away),
        new Scenario("every record repeated, late", (run, random) -> repeat(run, random)),
        new Scenario(
            "a worker sleeps, is replaced and wakes up",
            (run, random) -> run.replaceSleeping(random)));
  }

  private static List<Scenario> scenarios(Bench bench) {
    Duration minute = Duration.ofMinutes(1);
    return List.of(
        new Scenario("nothing", (run, random) -> {}),
        new Scenario("kill -9 of the worker", (run, random) -> killWorkers(run, random, 60)),
        new Scenario(
            "kill -9 of the worker, its disk lost",
            (run, random) -> {
              run.loseDisks();
              killWorkers(run, random, 60);
            }),
        killedWhileAway("Kinesis", bench.kinesisRelay, 20),
        killedWhileAway("S3", bench.s3Relay, 20),
        new Scenario(
            "kill -9 of the events function",
            (run, random) -> killFunction(run, random, "EventsHandler", 20)),
        new Scenario(
            "kill -9 of the alerts function",
            (run, random) -> killFunction(run, random, "AlertsHandler", 20)),
        new Scenario("Kinesis away", (run, random) -> run.away(bench.kinesisRelay, minute)),
        new Scenario("S3 away", (run, random) -> run.away(bench.s3Relay, minute)),
        new Scenario(
            "DynamoDB away", (run, random) -> run.away(bench.dynamoRelay, Duration.ofSeconds(15))),
        throttled("Kinesis", bench.kinesisRelay, minute),
        throttled("S3", bench.s3Relay, minute),
        throttled("DynamoDB", bench.dynamoRelay, Duration.ofSeconds(15)),
        new Scenario(
            "clocks of workers that are killed step by 30 s",
            (run, random) -> {
              run.stepClocks();
              killWorkers(run, random, 20);
            }),
        new Scenario("every record repeated, late", (run, random) -> repeat(run, random)),
        new Scenario(
            "a worker sleeps, is replaced and wakes up",
            (run, random) -> run.replaceSleeping(random)));
  }

  private static Scenario killedWhileAway(String service, Relay relay, int kills) {
    return new Scenario(
        "kill -9 of the worker while " + service + " is away",
        (run, random) -> {
          relay.cut();
          killWorkers(run, random, kills);
          relay.restore();
        });
  }

  /** Every call is refused with the error that this service has for too many of them. */
  private static Scenario throttled(String service, Relay relay, Duration time) {
    boolean s3 = service.equals("S3");
    String status = s3 ? "503 Slow Down" : "400 Bad Request";
    String code = s3 ? "SlowDown" : "ProvisionedThroughputExceededException";
    String body =
        (s3
                ? "<Error><Code>%s</Code><Message>Rate exceeded</Message></Error>"
                : "{\"__type\":\"%s\",\"message\":\"Rate exceeded\"}")
            .formatted(code);
    return new Scenario(
        service + " throttles", (run, random) -> run.throttled(relay, status, code, body, time));
  }

  private static void repeat(Run run, Random random) throws InterruptedException {
    killWorkers(run, random, 1);
    run.until("every worker ends", run::ended);
    run.repeatRecords();
  }

  private static void killWorkers(Run run, Random random, int kills) throws InterruptedException {
    int killed = 0;
    while (killed < kills && !run.ended()) {
      // Long enough that some of them get past the start, short enough that few reach the end.
      run.pause(random.nextInt(200, 2500));
      killed += run.killWorker(random) ? 1 : 0;
    }
  }

  private static void killFunction(Run run, Random random, String handler, int kills)
      throws InterruptedException {
    for (int i = 0; i < kills && !run.ended(); i++) {
      run.pause(random.nextInt(200, 1500));
      run.killFunction(handler);
    }
  }

  private static String table(List<Scenario.Outcome> outcomes) {
    StringBuilder table = new StringBuilder();
    table.append(
        "| what goes wrong | cameras | times | incidents | lost | doubled | alerts lost | alerts"
            + " repeated | fenced | back after | |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (Scenario.Outcome o : outcomes) {
      History h = o.history();
      table.append(
          "| %s | %d | %d | %d | %d | %d | %d | %d | %d | %s | %s |%n"
              .formatted(
                  o.name(),
                  o.cameras(),
                  o.strikes(),
                  h.real(),
                  h.lost(),
                  h.doubled(),
                  h.alertsLost(),
                  h.alertsRepeated(),
                  h.fenced(),
                  o.recoveredMillis() == 0 ? "" : "%.1f s".formatted(o.recoveredMillis() / 1e3),
                  o.held() ? "holds" : "**broken**"));
    }
    return table.toString();
  }
}
