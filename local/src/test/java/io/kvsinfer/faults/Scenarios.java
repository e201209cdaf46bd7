package io.kvsinfer.faults;

import io.kvsinfer.testkit.Relay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** What the matrix plays. */
final class Scenarios {
  private static final Service KINESIS = new Service("Kinesis", bench -> bench.kinesisRelay);
  private static final Service S3 = new Service("S3", bench -> bench.s3Relay);
  private static final Service DYNAMODB = new Service("DynamoDB", bench -> bench.dynamoRelay);

  /** A service that may go away, and how it is reached. */
  private record Service(String text, Function<Bench, Relay> relayOf) {
    Relay relay(Run run) {
      return relayOf.apply(run.bench);
    }
  }

  private Scenarios() {}

  /** Those of every change. */
  static List<Scenario> shortForm() {
    Duration away = Duration.ofSeconds(2);
    return List.of(
        new Scenario("kill -9 of the worker", (run, random) -> killWorkers(run, random, 2)),
        killedWhileAway(KINESIS, 1),
        new Scenario(
            "kill -9 of the functions",
            (run, random) -> {
              killFunction(run, random, "EventsHandler", 1);
              killFunction(run, random, "AlertsHandler", 1);
            }),
        scheduler(3, 1),
        away(S3, away),
        away(DYNAMODB, away),
        throttled(DYNAMODB, away),
        new Scenario("every record repeated, late", Scenarios::repeat),
        sleeping());
  }

  /** All of them. */
  static List<Scenario> longForm() {
    List<Scenario> all = new ArrayList<>();
    all.add(new Scenario("nothing", (run, random) -> {}));
    all.add(new Scenario("kill -9 of the worker", (run, random) -> killWorkers(run, random, 60)));
    all.add(
        new Scenario(
            "kill -9 of the worker, its disk lost",
            (run, random) -> {
              run.loseDisks();
              killWorkers(run, random, 60);
            }));
    all.add(killedWhileAway(KINESIS, 20));
    all.add(killedWhileAway(S3, 20));
    all.add(
        new Scenario(
            "kill -9 of the events function",
            (run, random) -> killFunction(run, random, "EventsHandler", 20)));
    all.add(
        new Scenario(
            "kill -9 of the alerts function",
            (run, random) -> killFunction(run, random, "AlertsHandler", 20)));
    all.add(scheduler(20, 6));
    for (Service service : List.of(KINESIS, S3, DYNAMODB)) {
      all.add(away(service, Duration.ofSeconds(1)));
      all.add(away(service, Duration.ofMinutes(1)));
      all.add(away(service, Duration.ofMinutes(10)));
      all.add(throttled(service, Duration.ofMinutes(1)));
      all.add(hanging(service, Duration.ofMinutes(1)));
    }
    all.add(
        new Scenario(
            "clocks of workers that are killed step by 30 s",
            (run, random) -> {
              run.stepClocks();
              killWorkers(run, random, 20);
            }));
    all.add(new Scenario("every record repeated, late", Scenarios::repeat));
    all.add(sleeping());
    return List.copyOf(all);
  }

  private static Scenario sleeping() {
    return new Scenario(
        "a worker sleeps, is replaced and wakes up", (run, random) -> run.replaceSleeping(random));
  }

  private static Scenario killedWhileAway(Service service, int kills) {
    return new Scenario(
        "kill -9 of the worker while " + service.text + " is away",
        (run, random) -> {
          service.relay(run).cut();
          killWorkers(run, random, kills);
          service.relay(run).restore();
        });
  }

  private static Scenario away(Service service, Duration time) {
    return new Scenario(
        "%s away for %s".formatted(service.text, text(time)),
        (run, random) -> run.away(service.relay(run), time));
  }

  private static Scenario hanging(Service service, Duration time) {
    return new Scenario(
        "%s takes calls and answers none for %s".formatted(service.text, text(time)),
        (run, random) -> run.hanging(service.relay(run), time));
  }

  /** Every call is refused with the error that this service has for too many of them. */
  private static Scenario throttled(Service service, Duration time) {
    boolean s3 = service.equals(S3);
    String status = s3 ? "503 Slow Down" : "400 Bad Request";
    String code = s3 ? "SlowDown" : "ProvisionedThroughputExceededException";
    String body =
        (s3
                ? "<Error><Code>%s</Code><Message>Rate exceeded</Message></Error>"
                : "{\"__type\":\"%s\",\"message\":\"Rate exceeded\"}")
            .formatted(code);
    return new Scenario(
        "%s throttles for %s".formatted(service.text, text(time)),
        (run, random) -> run.throttled(service.relay(run), status, code, body, time));
  }

  /** Killed while cameras are onboarded, and each time again while it replaces dead workers. */
  private static Scenario scheduler(int kills, int workers) {
    return new Scenario(
        "kill -9 of the scheduler, and of workers it has to replace",
        true,
        (run, random) -> {
          for (int i = 0; i < kills - workers && !run.ended(); i++) {
            run.pause(random.nextInt(200, 3000));
            run.killFunction("SchedulerHandler");
          }
          for (int i = 0; i < workers && !run.ended(); ) {
            run.pause(random.nextInt(200, 1500));
            if (run.killWorker(random)) {
              i++;
              // It has just heard of that, or is about to.
              run.pause(random.nextInt(0, 500));
              run.killFunction("SchedulerHandler");
            }
          }
        });
  }

  private static void repeat(Run run, Random random) throws InterruptedException {
    killWorkers(run, random, 1);
    run.until("every worker ends", run::ended);
    run.repeatRecords();
  }

  static void killWorkers(Run run, Random random, int kills) throws InterruptedException {
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

  private static String text(Duration time) {
    return time.toMinutes() > 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
  }
}
