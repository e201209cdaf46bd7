package io.kvsinfer.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Frames looked at by all workers, read from their {@code /metrics}. What a worker that has ended
 * last showed is kept, so that a replaced one does not take its count with it.
 */
final class FrameCounts implements AutoCloseable {
  private static final Pattern PROCESSED =
      Pattern.compile(
          "(?m)^kvs_infer_frames_processed_total\\{camera_id=\"([^\"]+)\"} ([0-9.eE+]+)");

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private final Map<String, Long> byCameraAndWorker = new ConcurrentHashMap<>();

  /** Scrapes one worker; one that does not answer keeps what it showed before. */
  void scrape(String address) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/metrics"))
            .timeout(Duration.ofSeconds(2))
            .build();
    String text;
    try {
      text = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException workerHasEnded) {
      return;
    }
    Matcher line = PROCESSED.matcher(text);
    while (line.find()) {
      long count = Math.round(Double.parseDouble(line.group(2)));
      byCameraAndWorker.merge(line.group(1) + "@" + address, count, Math::max);
    }
  }

  /** Frames so far. */
  long total() {
    return byCameraAndWorker.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void close() {
    http.close();
  }
}
