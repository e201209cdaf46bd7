package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.media.decode.FileDemuxer;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ClipFragmentSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.Format;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.FormatConfigKey;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.GetImagesRequest;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.GetImagesResponse;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.Image;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ImageError;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ImageSelectorType;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.InvalidCodecPrivateDataException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.NoDataRetentionException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.model.UnsupportedStreamMediaTypeException;

/** GetClip and GetImages as the AWS SDK's client sees them. */
final class ClipAndImagesTest {
  private KvsServer server;
  private VideoStream stream;
  private KinesisVideoArchivedMediaClient archive;

  @BeforeEach
  void start() throws IOException {
    server = KvsServer.start(0, KvsServer.Options.defaults().withEnforceLimits(false));
    stream = server.createStream("yard", 24);
    archive = Clients.archive(server.endpoint());
  }

  @AfterEach
  void stop() {
    archive.close();
    server.close();
  }

  /** house6.mp4: ten fragments of about three seconds from noon on, 426 × 240. */
  private void feed() throws Exception {
    var atOnce = ClipFeed.Options.once().withSpeed(Double.POSITIVE_INFINITY).withStartAt(Made.NOON);
    try (ClipFeed feed = server.feed(stream, TestMedia.require("video/house6.mp4"), atOnce)) {
      Eventually.until("clip is in the stream", Duration.ofSeconds(30), feed::ended);
    }
  }

  private byte[] clip(Instant start, Instant end) {
    return archive
        .getClipAsBytes(r ->
            r.streamName("yard")
                .clipFragmentSelector(s ->
                    s.fragmentSelectorType(ClipFragmentSelectorType.PRODUCER_TIMESTAMP)
                        .timestampRange(t -> t.startTimestamp(start).endTimestamp(end))))
        .asByteArray();
  }

  @Test
  void a_clip_holds_the_fragments_that_start_in_the_range_as_mp4(@TempDir Path dir)
      throws Exception {
    feed();
    Path file = dir.resolve("clip.mp4");
    Files.write(file, clip(Made.NOON.plusSeconds(1), Made.NOON.plusSeconds(10)));

    List<Sample> samples = new ArrayList<>();
    try (FileDemuxer mp4 = FileDemuxer.open(file.toString())) {
      assertThat(mp4.track().width()).isEqualTo(426);
      for (Sample sample = mp4.next(); sample != null; sample = mp4.next()) {
        samples.add(sample);
      }
    }
    List<Sample> stored = new ArrayList<>();
    stream.fragments().all().subList(1, 4).forEach(f -> stored.addAll(f.samples()));
    assertThat(samples).hasSameSizeAs(stored);
    for (int i = 0; i < samples.size(); i++) {
      assertThat(samples.get(i).data()).isEqualTo(stored.get(i).data());
    }
    long shown = samples.getLast().presentUs() - samples.getFirst().presentUs();
    assertThat(shown).isBetween(8_900_000L, 9_020_000L);
  }

  @Test
  void a_clip_that_cannot_be_made_is_refused_with_its_reason() {
    Instant start = Made.NOON.minusSeconds(1);
    assertThatThrownBy(() -> clip(start, Made.NOON)).isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> clip(start, start)).isInstanceOf(InvalidArgumentException.class);
    assertThatThrownBy(() -> archive.getClipAsBytes(r -> r.streamName("yard")))
        .hasMessageContaining("ClipFragmentSelector is missing");
    Made.put(stream, 0, 2);
    Made.put(stream, 2, 2, Made.OTHER_TRACK);
    assertThatThrownBy(() -> clip(start, Made.NOON.plusSeconds(9)))
        .isInstanceOf(InvalidCodecPrivateDataException.class);
    byte[] hvcC = {1, 1, 0x60, 0, 0, 0, (byte) 0xb0, 0, 0, 0, 0, 0, 93};
    var h265 =
        new io.kvsinfer.media.frame.VideoTrack(io.kvsinfer.media.frame.Codec.H265, hvcC, 640, 480);
    Made.put(stream, 4, 2, h265);
    assertThatThrownBy(() -> clip(Made.NOON.plusSeconds(1), Made.NOON.plusSeconds(9)))
        .isInstanceOf(UnsupportedStreamMediaTypeException.class);
    server.createStream("gate", 0);
    assertThatThrownBy(() ->
            archive.getClipAsBytes(r ->
                r.streamName("gate")
                    .clipFragmentSelector(s ->
                        s.fragmentSelectorType(ClipFragmentSelectorType.SERVER_TIMESTAMP)
                            .timestampRange(t -> t.startTimestamp(start).endTimestamp(Made.NOON)))))
        .isInstanceOf(NoDataRetentionException.class);
  }

  private GetImagesResponse images(
      double from, double to, Consumer<GetImagesRequest.Builder> more) {
    return archive.getImages(r ->
        r.streamName("yard")
            .imageSelectorType(ImageSelectorType.PRODUCER_TIMESTAMP)
            .startTimestamp(Made.NOON.plusMillis(Math.round(from * 1000)))
            .endTimestamp(Made.NOON.plusMillis(Math.round(to * 1000)))
            .samplingInterval(1000)
            .format(Format.JPEG)
            .applyMutation(more));
  }

  private static BufferedImage picture(Image image) throws IOException {
    byte[] file = Base64.getDecoder().decode(image.imageContent());
    return ImageIO.read(new ByteArrayInputStream(file));
  }

  /** Mean difference of two pictures' bytes of red, green and blue. */
  private static double difference(BufferedImage a, BufferedImage b) {
    long sum = 0;
    for (int y = 0; y < a.getHeight(); y++) {
      for (int x = 0; x < a.getWidth(); x++) {
        for (int shift = 0; shift <= 16; shift += 8) {
          sum += Math.abs(((a.getRGB(x, y) >> shift) & 255) - ((b.getRGB(x, y) >> shift) & 255));
        }
      }
    }
    return sum / (3.0 * a.getWidth() * a.getHeight());
  }

  @Test
  void images_come_at_regular_times_and_say_where_there_is_no_media() throws Exception {
    feed();
    List<Image> images = images(-1, 3.5, r -> {}).images();
    assertThat(images).hasSize(5);
    assertThat(images).extracting(Image::error).startsWith(ImageError.NO_MEDIA, null, null);
    assertThat(images.get(2).timeStamp()).isEqualTo(Made.NOON.plusSeconds(1));
    assertThat(picture(images.get(1)).getWidth()).isEqualTo(426);

    BufferedImage atTwo = picture(images.get(3));
    BufferedImage png = picture(images(2, 2.5, r -> r.format(Format.PNG)).images().getFirst());
    BufferedImage later = picture(images(26, 26.5, r -> {}).images().getFirst());
    assertThat(difference(atTwo, png)).isLessThan(4);
    assertThat(difference(atTwo, later)).isGreaterThan(difference(atTwo, png) * 2);
  }

  @Test
  void images_are_sized_compressed_and_paged_as_asked() throws Exception {
    feed();
    Image half = images(1, 1.5, r -> r.widthPixels(213)).images().getFirst();
    assertThat(picture(half).getHeight()).isEqualTo(120);
    Image stretched = images(1, 1.5, r -> r.widthPixels(64).heightPixels(64)).images().getFirst();
    assertThat(picture(stretched).getHeight()).isEqualTo(64);
    Image high = images(1, 1.5, r -> r.heightPixels(480)).images().getFirst();
    assertThat(picture(high).getWidth()).isEqualTo(852);
    Image poor =
        images(1, 1.5, r -> r.formatConfig(Map.of(FormatConfigKey.JPEG_QUALITY, "1")))
            .images()
            .getFirst();
    Image plain = images(1, 1.5, r -> {}).images().getFirst();
    assertThat(poor.imageContent().length()).isLessThan(plain.imageContent().length() / 2);

    GetImagesResponse first = images(0, 5, r -> r.maxResults(4L));
    GetImagesResponse second = images(0, 5, r -> r.maxResults(4L).nextToken(first.nextToken()));
    assertThat(first.images()).hasSize(4);
    assertThat(second.images()).hasSize(2);
    assertThat(second.nextToken()).isNull();
    assertThat(second.images().getFirst().timeStamp()).isEqualTo(Made.NOON.plusSeconds(4));
    GetImagesResponse many = images(0, 6, r -> r.samplingInterval(200).maxResults(100L));
    assertThat(many.images()).hasSize(25);
    assertThat(many.nextToken()).isNotNull();
  }

  @Test
  void media_that_cannot_be_decoded_is_an_error_of_that_image() {
    Made.put(stream, 0, 2);
    assertThat(images(0, 3.5, r -> {}).images())
        .extracting(Image::error)
        .containsExactly(
            ImageError.MEDIA_ERROR,
            ImageError.MEDIA_ERROR,
            ImageError.NO_MEDIA,
            ImageError.NO_MEDIA);
  }

  @Test
  void what_get_images_does_not_take_is_refused_by_name() {
    for (Map.Entry<String, Consumer<GetImagesRequest.Builder>> bad :
        Map.<String, Consumer<GetImagesRequest.Builder>>of(
                "SamplingInterval must be a whole number from 200 to 20000",
                r -> r.samplingInterval(199),
                "must not be more than 300 seconds apart",
                r -> r.endTimestamp(Made.NOON.plusSeconds(302)),
                "EndTimestamp must be later",
                r -> r.endTimestamp(Made.NOON.minusSeconds(2)),
                "JPEGQuality must be",
                r -> r.formatConfig(Map.of(FormatConfigKey.JPEG_QUALITY, "0")),
                "Format must be one of",
                r -> r.format("GIF"),
                "NextToken is none",
                r -> r.nextToken("x"))
            .entrySet()) {
      assertThatThrownBy(() -> images(0, 1, bad.getValue()))
          .isInstanceOf(InvalidArgumentException.class)
          .hasMessageContaining(bad.getKey());
    }
  }
}
