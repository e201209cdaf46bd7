package io.kvsinfer.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.contract.settings.PlaybackSettings.Preset;
import io.kvsinfer.local.kvs.ClipFeed;
import io.kvsinfer.local.kvs.KvsServer;
import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.Mp4FileWriter;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.worker.source.hls.HlsSessions;
import io.kvsinfer.worker.source.hls.KvsHlsSessions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;

class ReadStreamTest {
  private static final HlsSettings SETTINGS = HlsSettings.of(Preset.AGGRESSIVE);
  private static final StaticCredentialsProvider ANY =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @TempDir Path dir;

  private String read(HlsSessions sessions) throws InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      ReadStream.read(
          sessions, SETTINGS, client, 5, new PrintStream(out, true, StandardCharsets.UTF_8));
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void the_example_reads_a_stream_of_the_local_kvs() throws Exception {
    try (KvsServer server = KvsServer.start(0);
        KinesisVideoClient control =
            KinesisVideoClient.builder()
                .endpointOverride(server.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(ANY)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build()) {
      ClipFeed feed =
          server.feed(server.createStream("yard", 24), clip(), ClipFeed.Options.looping());
      assertThat(feed).isNotNull();
      HlsSessions sessions =
          new KvsHlsSessions(
              control,
              endpoint ->
                  KinesisVideoArchivedMediaClient.builder()
                      .endpointOverride(endpoint)
                      .region(Region.US_EAST_1)
                      .credentialsProvider(ANY)
                      .httpClientBuilder(UrlConnectionHttpClient.builder())
                      .build(),
              "yard",
              "us-east-1",
              SETTINGS.sessionSeconds());
      assertThat(read(sessions))
          .contains("frame 5: 64 x 64")
          .contains("healthy: true, state: CONNECTED");
    }
  }

  @Test
  void a_refusal_says_what_to_do() throws Exception {
    PrintStream err = new PrintStream(out, true, StandardCharsets.UTF_8);
    String elsewhere = "arn:aws:kinesisvideo:eu-west-1:000000000000:stream/yard/1";
    assertThat(ReadStream.run(new String[] {elsewhere, "us-east-1", "5"}, System.out, err))
        .isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("set region to that of its ARN");
    assertThat(ReadStream.run(new String[] {}, System.out, err)).isEqualTo(2);
  }

  /** Opt-in: a stream that is live, with the credentials of the environment. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void the_example_reads_a_real_stream() throws Exception {
    String stream = System.getenv("TEST_KVS_STREAM");
    assumeTrue(
        stream != null && !stream.isEmpty(),
        "TEST_KVS_STREAM names no stream (AWS_REGION and credentials are needed with it)");
    String region = System.getenv().getOrDefault("AWS_REGION", "us-east-1");
    assertThat(read(KvsHlsSessions.connect(stream, region, SETTINGS.sessionSeconds())))
        .contains("frame 5: ")
        .contains("healthy: true");
  }

  private Path clip() throws Exception {
    Path file = dir.resolve("clip.mp4");
    try (H264Encoder encoder = H264Encoder.open(64, 64, 10, 50_000, 10);
        Mp4FileWriter writer = Mp4FileWriter.create(file, encoder.track())) {
      for (int i = 0; i < 50; i++) {
        for (Sample sample : encoder.encodeBgr(new byte[64 * 64 * 3], i * 100_000L)) {
          writer.add(sample);
        }
      }
      for (Sample sample : encoder.finish()) {
        writer.add(sample);
      }
    }
    return file;
  }
}
