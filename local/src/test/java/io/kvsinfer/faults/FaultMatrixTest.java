package io.kvsinfer.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvsinfer.testkit.TestMedia;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes and real servers, killed and taken away at random; the history that is left is
 * judged against what the cameras recorded. {@code -Dkvsinfer.faults=short} or {@code long} plays
 * the whole matrix and writes it as a table; {@code .ci/faults} does that.
 */
final class FaultMatrixTest {
  private static final String SIZE = System.getProperty("kvsinfer.faults", "");

  /** Part of the names of the scenarios to be played. */
  private static final String ONLY = System.getProperty("kvsinfer.faults.only", "");

  /** Whether what the report says to hold is left out. */
  private static final boolean RESUMED = Boolean.getBoolean("kvsinfer.faults.resume");

  /** Cameras and how long they are watched. */
  private record Form(int cameras, int fragments, long paceMillis, Duration limit) {}

  private static final Form SHORT = new Form(1, 30, 60, Duration.ofMinutes(4));
  private static final Form LONG = new Form(4, 300, 100, Duration.ofMinutes(20));

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
              Scenarios.killWorkers(run, random, 2);
              run.killFunction("AlertsHandler");
            });
    try (Bench bench = new Bench(folder, functions);
        Run run = new Run(bench, SHORT.paceMillis(), SHORT.limit())) {
      Scenario.Outcome outcome = run.play(scenario, 2, SHORT.fragments(), 1);
      assertThat(outcome.held()).as(outcome.toString()).isTrue();
      assertThat(outcome.strikes()).isPositive();
      assertThat(outcome.history().real()).isGreaterThan(8);
    }
  }

  @Test
  void the_matrix_holds() throws Exception {
    assumeTrue(!SIZE.isEmpty(), "played by .ci/faults");
    boolean all = SIZE.equals("long");
    List<Scenario> scenarios = all ? Scenarios.longForm() : Scenarios.shortForm();
    MatrixReport report =
        new MatrixReport(
            Path.of(System.getProperty("kvsinfer.faults.report")),
            scenarios.stream().map(Scenario::name).toList());
    List<String> broken = new ArrayList<>();
    int played = 0;
    Bench bench = null;
    try {
      for (int i = 0; i < scenarios.size(); i++) {
        Scenario scenario = scenarios.get(i);
        if (!scenario.name().contains(ONLY) || (RESUMED && report.holds(scenario.name()))) {
          continue;
        }
        if (bench == null) {
          bench = new Bench(Files.createDirectory(folder.resolve("bench-" + i)), functions);
        }
        played++;
        if (!play(bench, scenario, all ? LONG : SHORT, i, report)) {
          broken.add(scenario.name());
          // Its servers may be in any state.
          bench.close();
          bench = null;
        }
      }
    } finally {
      if (bench != null) {
        bench.close();
      }
    }
    assertThat(broken).as(report.toString()).isEmpty();
    assertThat(played + (RESUMED ? 1 : 0)).as("a scenario is called so: " + ONLY).isPositive();
  }

  /** Whether it held; what it came to is in the report either way. */
  private static boolean play(
      Bench bench, Scenario scenario, Form form, int at, MatrixReport report)
      throws IOException, InterruptedException {
    // Of its place, so that it is the same when it is played alone.
    long seed = Long.getLong("kvsinfer.faults.seed", 1) * 1000 + at;
    try (Run run = new Run(bench, form.paceMillis(), form.limit())) {
      Scenario.Outcome outcome = run.play(scenario, form.cameras(), form.fragments(), seed);
      System.out.println(outcome);
      report.add(outcome);
      return outcome.held();
    } catch (RuntimeException e) {
      System.out.println(scenario.name() + " broke: " + e.getMessage());
      report.broke(scenario.name(), String.valueOf(e.getMessage()));
      return false;
    }
  }
}
