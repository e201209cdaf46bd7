package io.kvsinfer.media.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NothingStaysOpen.class)
class FileDemuxerTest {
  @Test
  void a_missing_file_is_named() {
    assertThatThrownBy(() -> FileDemuxer.open("no/such/file.mp4"))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("no/such/file.mp4");
  }

  @Test
  void a_file_that_is_no_media_is_refused(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("notes: today.mp4");
    Files.write(file, "text".repeat(1000).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> FileDemuxer.open(file.toString()))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("notes: today.mp4");
  }

  @Test
  void a_closed_demuxer_reads_no_more() throws Exception {
    FileDemuxer demuxer = FileDemuxer.open(TestMedia.require("video/house6.mp4").toString());
    assertThat(demuxer.next()).isNotNull();
    demuxer.close();
    demuxer.close();
    assertThatThrownBy(demuxer::next)
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("closed");
  }

  @Test
  @Timeout(20)
  void interrupting_ends_the_wait_for_a_camera_that_says_nothing() throws Exception {
    try (ServerSocket silent = new ServerSocket(0)) {
      AtomicReference<Thread> reader = new AtomicReference<>();
      CompletableFuture<FileDemuxer> opening = new CompletableFuture<>();
      Thread thread =
          Thread.ofPlatform()
              .name("rtsp-open")
              .start(() -> {
                reader.set(Thread.currentThread());
                try {
                  opening.complete(
                      FileDemuxer.open(
                          "rtsp://user:secret@127.0.0.1:" + silent.getLocalPort() + "/a"));
                } catch (MediaException | RuntimeException e) {
                  opening.completeExceptionally(e);
                }
              });
      try (Socket accepted = silent.accept()) {
        assertThat(accepted.getInputStream().read()).isEqualTo('O');
        thread.interrupt();
        assertThatThrownBy(() -> opening.get(8, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .cause()
            .isInstanceOf(MediaException.class)
            .hasMessageNotContaining("secret");
      }
      thread.join();
    }
  }

  @Test
  @Timeout(30)
  void closing_ends_the_wait_for_the_next_frame_of_a_camera() throws Exception {
    try (H264Encoder encoder = H264Encoder.open(320, 240, 10, 400_000, 10);
        QuietCamera camera =
            new QuietCamera(encoder.track(), TestPictures.clip(encoder, 320, 240, 60, 10))) {
      FileDemuxer demuxer = FileDemuxer.open(camera.address());
      assertThat(demuxer.track().codec()).isEqualTo(Codec.H264);
      assertThat(demuxer.track().width()).isEqualTo(320);
      AtomicLong frames = new AtomicLong();
      CompletableFuture<String> ended = new CompletableFuture<>();
      Thread reader =
          Thread.ofPlatform()
              .name("rtsp-read")
              .start(() -> {
                try {
                  while (demuxer.next() != null) {
                    frames.incrementAndGet();
                  }
                  ended.complete("end of stream");
                } catch (MediaException e) {
                  ended.complete(e.getMessage());
                }
              });
      // FFmpeg gives a picture out once the next one begins.
      Eventually.until("frames of the camera", Duration.ofSeconds(10), () -> frames.get() >= 59);
      assertThat(ended).isNotDone();
      demuxer.close();
      assertThat(ended.get(5, TimeUnit.SECONDS)).contains("was closed while it was read");
      reader.join();
    }
  }
}
