package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.SourceAccount;
import io.kvsinfer.worker.source.getmedia.GetMediaMetrics;
import io.kvsinfer.worker.source.getmedia.GetMediaSource;
import io.kvsinfer.worker.source.getmedia.GetMediaStart;
import io.kvsinfer.worker.source.hls.HlsMetrics;
import io.kvsinfer.worker.source.hls.HlsSource;
import io.kvsinfer.worker.source.hls.HlsStart;
import io.kvsinfer.worker.source.hls.KvsHlsSessions;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;

/**
 * On the real clock: the server fails everything for some seconds, and once it no longer does, the
 * source reads again within 5 s by its own account of the break. Nothing is lost meanwhile.
 */
@ExtendWith(LocalKey.class)
class ReconnectTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration CAUSE = Duration.ofSeconds(4);

  /** What the sources promise: below 5 s in all. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final HttpClient http = HttpClient.newHttpClient();

  enum Api {
    HLS,
    GETMEDIA
  }

  @ParameterizedTest
  @CsvSource({
    "GETMEDIA, 503:api=all",
    "GETMEDIA, limit:api=GetMedia",
    "HLS, 503:api=all",
    "HLS, 403:api=hls",
    "HLS, reset:api=hls"
  })
  void a_source_reads_again_within_5_s_of_its_causes_end(Api api, String fault) throws Exception {
    try (KvsServer server = KvsServer.start(0, KvsServer.Options.defaults());
        KinesisVideoClient control = Clients.control(server.endpoint())) {
      VideoStream stream = server.createStream("yard", 24);
      server.feed(stream, TestMedia.require("video/kvs_sample.mp4"), ClipFeed.Options.looping());
      FragmentSource source = api == Api.HLS ? hls(control) : getmedia(control);
      Thread reader = Reading.toTheEnd(source);
      try (source) {
        Eventually.until("media comes", PATIENCE, () -> source.account().fragments() > 0);
        long errors = source.account().readErrors();
        // an open answer of GetMedia must end for anything to be asked for
        faults(server, "POST", "reset:api=media\n" + fault + ",times=always");
        Eventually.until("it breaks", PATIENCE, () -> source.account().readErrors() > errors);
        Instant broken = Instant.now();
        Eventually.until(
            "the cause lasts", PATIENCE, () -> broken.plus(CAUSE).isBefore(Instant.now()));
        SourceAccount before = source.account();
        Instant ended = Instant.now();
        faults(server, "DELETE", "");
        Eventually.until(
            "it reads again", PATIENCE, () -> source.account().fragments() > before.fragments());
        SourceAccount account = source.account();
        Duration again = account.longestBreak().minus(Duration.between(broken, ended));
        System.out.printf(
            "reconnect: %s after %s: %d ms after its cause ended%n", api, fault, again.toMillis());
        assertThat(before.longestBreak()).isLessThan(CAUSE);
        assertThat(account.longestBreak()).isGreaterThan(CAUSE.minusMillis(500));
        assertThat(again).isLessThan(AGAIN);
        assertThat(source.gaps().gaps()).as("all was kept, all is read").isZero();
      }
      reader.join();
    }
  }

  private FragmentSource getmedia(KinesisVideoClient control) {
    return new GetMediaSource(
        "yard",
        Reading.connections(control, http, "yard"),
        GetMediaSettings.defaults(),
        new GetMediaStart.Selected(),
        new GetMediaMetrics(new PrometheusRegistry()),
        InstantSource.system(),
        new SplittableRandom(1));
  }

  /** A reconnect is no faster than its settings: these allow 3.6 s between two tries. */
  private FragmentSource hls(KinesisVideoClient control) {
    return new HlsSource(
        "yard",
        new KvsHlsSessions(control, Clients::archive, "yard", "us-east-1", 300),
        new HlsSettings(300, 30, 1, 3, 2, 50),
        new HlsStart.Newest(),
        new HlsMetrics(new PrometheusRegistry()),
        http,
        InstantSource.system(),
        new SplittableRandom(1));
  }

  private void faults(KvsServer server, String method, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.endpoint().resolve("/faults"))
            .method(method, BodyPublishers.ofString(body))
            .build();
    assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }
}
