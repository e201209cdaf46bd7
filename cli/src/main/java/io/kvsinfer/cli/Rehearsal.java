package io.kvsinfer.cli;

import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.worker.app.RehearsalServices;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine;

/**
 * Runs what operators run most, so that the JVM can note which classes that takes ({@code
 * -XX:AOTCacheOutput}): the launcher starts it once after a build. All of AWS is {@link
 * RehearsalServices}; nothing outside is called.
 */
final class Rehearsal {
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final String STREAM = "kvs:rehearsal";

  private Rehearsal() {}

  /** Runs the commands one after the other and ends the process, whose exit writes the cache. */
  public static void main(String[] arguments) throws IOException, MediaException {
    Thread.ofPlatform().daemon().start(Rehearsal::endInTime);
    Path file = Files.createTempFile("kvs-infer", ".mkv");
    try (RehearsalServices services = RehearsalServices.start()) {
      services.properties().forEach(System::setProperty);
      Files.write(file, services.fragment());
      run("--help");
      run("cameras", "list");
      run("events", "list");
      run("read", STREAM, "--json", "--max-frames", "5");
      run("read", STREAM, "--mode", "GETMEDIA", "--json", "--max-frames", "5");
      run("read", file.toString(), "--json");
      run("detect", file.toString(), "--json");
    } finally {
      Files.delete(file);
    }
    System.exit(0);
  }

  /** Nobody waits for a rehearsal that hangs. */
  private static void endInTime() {
    try {
      Thread.sleep(LONGEST);
      System.exit(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a command answers is of no account: some are refused. */
  private static void run(String... command) {
    Map<String, String> tables =
        Map.of(
            "KVS_INFER_CAMERAS_TABLE", "cameras",
            "KVS_INFER_STATE_TABLE", "state",
            "KVS_INFER_EVENTS_TABLE", "events",
            "KVS_INFER_INCIDENTS_TABLE", "incidents");
    CommandLine line = KvsInfer.commandLine(tables, Clock.systemUTC());
    line.setOut(new PrintWriter(Writer.nullWriter()));
    line.setErr(new PrintWriter(Writer.nullWriter()));
    line.execute(command);
  }
}
