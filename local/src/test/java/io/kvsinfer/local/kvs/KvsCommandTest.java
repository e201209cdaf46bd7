package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import software.amazon.awssdk.services.kinesisvideo.model.KinesisVideoException;

final class KvsCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new KvsCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void serve_says_where_it_is_and_serves_until_it_is_interrupted() throws Exception {
    String house = TestMedia.require("video/house6.mp4").toString();
    AtomicInteger code = new AtomicInteger(-1);
    Thread thread =
        Thread.ofPlatform()
            .start(() ->
                code.set(
                    run(
                        "serve",
                        "--stream",
                        "a=" + house,
                        "--stream",
                        "b=" + house + ",loop",
                        "--stream",
                        "c",
                        "--region",
                        "eu-west-1",
                        "--no-limits",
                        "--fault",
                        "503:api=ListStreams")));
    Pattern where = Pattern.compile("AWS_ENDPOINT_URL_KINESIS_VIDEO_MEDIA=(\\S+)");
    Eventually.until(
        "it says where it is", Duration.ofSeconds(20), () -> out.toString().contains("Ctrl-C"));
    Matcher found = where.matcher(out.toString());
    assertThat(found.find()).isTrue();
    try (var client = Clients.control(URI.create(String.valueOf(found.group(1))))) {
      assertThatThrownBy(client::listStreams)
          .isInstanceOfSatisfying(
              KinesisVideoException.class, e -> assertThat(e.statusCode()).isEqualTo(503));
      assertThat(client.listStreams().streamInfoList())
          .extracting(s -> s.streamName() + " " + s.dataRetentionInHours())
          .containsExactly("a 24", "b 24", "c 24");
    }
    thread.interrupt();
    thread.join(Duration.ofSeconds(10));

    assertThat(code).hasValue(0);
    assertThat(out.toString())
        .contains("stream b plays")
        .contains("again and again")
        .contains("c is empty");
  }

  @Test
  void a_wrong_fault_a_port_that_is_taken_and_a_file_that_is_no_video_are_one_clear_line(
      @TempDir Path dir) throws Exception {
    assertThat(run("serve", "--fault", "explode")).isEqualTo(2);
    assertThat(run("serve", "--session-life-scale", "0")).isEqualTo(2);
    try (KvsServer other = KvsServer.start(0)) {
      String port = Integer.toString(other.endpoint().getPort());
      assertThat(run("serve", "--port", port)).isEqualTo(1);
      assertThat(err.toString()).contains("port " + port + " of 127.0.0.1 is taken");
    }
    Path text = Files.writeString(dir.resolve("notes.mp4"), "nothing to see");
    assertThat(run("serve", "--stream", "a=" + text)).isEqualTo(1);
    assertThat(run("serve", "--keep-in", dir.toString())).isEqualTo(2);
    assertThat(run("serve", "--keep-in", dir.resolve("new").toString(), "--stream", "a=" + text))
        .isEqualTo(1);
    assertThat(dir.resolve("new")).isEmptyDirectory();
    assertThat(err.toString())
        .contains("there is no fault \"explode\"")
        .contains("must be above 0")
        .contains("the folder must be empty")
        .contains("kvs-infer: cannot play")
        .doesNotContain("\tat ");
  }

  @Test
  void a_wrong_stream_is_wrong_use_and_says_what_is_right() {
    for (String wrong : new String[] {"a=,loop", "a=", "=b", "a b=c", "a=/no/such/file.mp4"}) {
      assertThat(run("serve", "--stream", wrong)).isEqualTo(2);
    }
    assertThat(err.toString())
        .contains("--stream a=: must be NAME, NAME=FILE or NAME=FILE,loop.")
        .contains("a stream's name must match")
        .contains("there is no file /no/such/file.mp4 to read.");
  }
}
