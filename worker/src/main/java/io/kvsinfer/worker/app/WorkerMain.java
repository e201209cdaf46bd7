package io.kvsinfer.worker.app;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.LogManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker process: {@code --config FILE}, or cameras and launch from the environment. Exit code
 * 0 drained, 1 failed, 3 lease lost, 4 settings refused.
 */
public final class WorkerMain {
  /** ECS kills the task 120 s after SIGTERM. */
  private static final long DRAIN_SECONDS = 110;

  private WorkerMain() {}

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.getenv()));
  }

  /**
   * Watches until SIGTERM or until every camera has ended.
   *
   * @return the process's exit code
   */
  public static int run(List<String> arguments, Map<String, String> environment) {
    Logger log = LoggerFactory.getLogger(WorkerMain.class);
    WorkerOptions options;
    try {
      options = WorkerOptions.of(arguments, environment);
    } catch (IllegalArgumentException e) {
      log.error("{}", e.getMessage());
      return Worker.SETTINGS_REFUSED;
    }
    Worker worker = new Worker(options);
    CountDownLatch ended = new CountDownLatch(1);
    AtomicInteger code = new AtomicInteger(Worker.FAILED);
    Thread onSignal = new Thread(() -> drain(worker, ended, code, log), "drain");
    Runtime.getRuntime().addShutdownHook(onSignal);
    if (!TerminationSignals.handle(() -> drain(worker, ended, code, log))) {
      log.warn("signals cannot be handled in this JVM: a drain may be cut short");
    }
    try {
      code.set(worker.run());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      log.error("the worker failed: {}", e.getMessage(), e);
    } finally {
      ended.countDown();
    }
    return code.get();
  }

  /** On SIGTERM, and harmlessly after an ordinary end. Only the first call does anything. */
  private static synchronized void drain(
      Worker worker, CountDownLatch ended, AtomicInteger code, Logger log) {
    boolean done = ended.getCount() == 0;
    if (!done) {
      log.info("draining");
      worker.drain();
      try {
        done = ended.await(DRAIN_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (!done) {
      log.error("not drained within {} s", DRAIN_SECONDS);
    }
    log.info("ended with exit code {}", done ? code.get() : Worker.FAILED);
    LogManager.shutdown();
    // A process ended by a signal would report 128 + its number.
    Runtime.getRuntime().halt(done ? code.get() : Worker.FAILED);
  }
}
