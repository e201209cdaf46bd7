package io.kvsinfer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.JpegEncoder;
import io.kvsinfer.media.decode.Mp4FileWriter;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.frame.Orientation;
import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.testkit.TinyOnnx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DetectCommandTest {
  private static final String MODELS = TestMedia.repository().resolve("models").toString();

  @TempDir Path folder;

  private final CommandRun run = new CommandRun(Map.of());

  @AfterEach
  void nothing_native_is_left() {
    assertThat(NativeObjects.open()).isZero();
  }

  @Test
  void a_picture_without_objects_is_one_line_of_json() throws Exception {
    Path picture = grey("grey.jpg", 96, 64);
    assertThat(detect(picture, "--model", "weapon-n-320", "--json")).isZero();
    JsonNode line = new JsonMapper().readTree(run.out());
    assertThat(line.get("input").asText()).isEqualTo(picture.toString());
    assertThat(line.get("frame").asInt()).isZero();
    assertThat(line.get("width").asInt()).isEqualTo(96);
    assertThat(line.get("height").asInt()).isEqualTo(64);
    assertThat(line.get("detections").isArray()).isTrue();
    assertThat(line.get("detections")).isEmpty();
  }

  @Test
  void a_person_reads_how_much_was_seen() throws Exception {
    assertThat(detect(grey("grey.jpg", 96, 64), "--type", "fire_smoke")).isZero();
    assertThat(run.out()).contains("1 frames, 0 with detections");
  }

  @Test
  void of_a_folder_every_picture_is_looked_at_in_order() throws Exception {
    grey("b.jpg", 32, 32);
    grey("a.jpg", 32, 32);
    Files.writeString(folder.resolve("notes.txt"), "not a picture");
    assertThat(detect(folder, "--model", "weapon-n-320", "--json")).isZero();
    assertThat(run.out().lines().toList()).hasSize(2).first().asString().contains("a.jpg");
  }

  @Test
  void a_damaged_file_is_named_and_the_others_are_looked_at() throws Exception {
    byte[] whole = Files.readAllBytes(grey("a.jpg", 96, 64));
    Files.write(folder.resolve("b.jpg"), Arrays.copyOf(whole, whole.length / 2));
    Files.writeString(folder.resolve("c.mp4"), "no film");
    grey("d.jpg", 96, 64);
    assertThat(detect(folder, "--model", "weapon-n-320", "--json")).isEqualTo(1);
    assertThat(run.out().lines().toList())
        .hasSize(2)
        .anyMatch(line -> line.contains("a.jpg"))
        .anyMatch(line -> line.contains("d.jpg"));
    assertThat(run.err())
        .contains(folder.resolve("b.jpg") + ": JPEG of")
        .contains("c.mp4")
        .contains("2 of 4 files could not be read");
  }

  @Test
  void what_is_not_media_behind_an_ending_is_a_failure() throws Exception {
    Path text = Files.writeString(folder.resolve("hello.jpg"), "hello");
    assertThat(detect(text, "--model", "weapon-n-320")).isEqualTo(1);
    assertThat(run.err()).contains("hello.jpg: 5 bytes are no picture");
  }

  @Test
  void what_is_called_a_picture_and_is_none_is_told_and_the_others_are_looked_at()
      throws Exception {
    Files.write(folder.resolve("a.jpg"), new byte[0]);
    Files.writeString(folder.resolve("b.HEIC"), "\0\0\0\u0018ftypheic\0\0\0\0mif1heic");
    grey("ein Foto vom März 日本.jpg", 48, 32);
    assertThat(detect(folder, "--model", "weapon-n-320", "--json")).isEqualTo(1);
    assertThat(run.out().lines().toList())
        .singleElement()
        .asString()
        .contains("ein Foto vom März 日本.jpg");
    assertThat(run.err())
        .contains(folder.resolve("a.jpg") + ": 0 bytes are no picture")
        .contains(folder.resolve("b.HEIC") + ": a HEIC or AVIF picture")
        .contains("2 of 3 files could not be read");
  }

  @Test
  void a_phones_video_gives_boxes_of_the_upright_picture() throws Exception {
    Path video = folder.resolve("phone.mp4");
    try (H264Encoder encoder = H264Encoder.open(96, 64, 10, 100_000, 10);
        Mp4FileWriter writer =
            Mp4FileWriter.create(video, encoder.track().held(new Orientation(0, 1, -1, 0)))) {
      for (Sample sample : encoder.encodeBgr(new byte[96 * 64 * 3], 0)) {
        writer.add(sample);
      }
      for (Sample sample : encoder.finish()) {
        writer.add(sample);
      }
    }
    // Whose only box is the right upper quarter of whatever it sees.
    Path model =
        TinyOnnx.constant(
                List.of(1, 3, 64, 64), List.of(1, 1, 6), new float[] {32, 0, 43, 32, 0.9f, 0})
            .metadata("end2end", "True")
            .metadata("names", "['gun']")
            .write(folder.resolve("corner.onnx"));
    assertThat(detect(video, "--model", model.toString(), "--json")).isZero();
    JsonNode line = new JsonMapper().readTree(run.out());
    assertThat(line.get("width").asInt()).isEqualTo(64);
    assertThat(line.get("height").asInt()).isEqualTo(96);
    JsonNode box = line.get("detections").get(0);
    // 64 × 96 lies in the middle of the input: 42.7 wide from 10.7 on, to whole pixels of 1.5.
    assertThat(box.get("x").asDouble()).isCloseTo(32, within(1.0));
    assertThat(box.get("y").asDouble()).isCloseTo(0, within(1.0));
    assertThat(box.get("width").asDouble()).isCloseTo(16.5, within(1.0));
    assertThat(box.get("height").asDouble()).isCloseTo(48, within(1.0));
  }

  @Test
  void a_low_threshold_finds_much_and_writes_what_it_finds() throws Exception {
    Path out = folder.resolve("out");
    assertThat(
            detect(
                grey("grey.jpg", 320, 320),
                "--model",
                "weapon-n-320",
                "--confidence",
                "0",
                "--out",
                out.toString()))
        .isZero();
    assertThat(run.out()).contains("grey.jpg frame 0: ").contains("1 frames, 1 with detections");
    assertThat(out.resolve("grey.jpg-000000.jpg")).exists();
  }

  @Test
  void wrong_use_is_told_apart_from_failure() throws Exception {
    Path picture = grey("grey.jpg", 32, 32);
    assertThat(detect(picture)).isEqualTo(2);
    assertThat(run.err()).contains("--model, --type");
    assertThat(detect(picture, "--type", "weapon", "--confidence", "7")).isEqualTo(2);
    assertThat(run.err()).contains("from 0 to 1");
    assertThat(detect(picture, "--model", "weapon-x")).isEqualTo(1);
    assertThat(run.err()).contains("weapon-x is not known").contains("weapon-n-320");
    assertThat(detect(picture, "--type", "crowd")).isEqualTo(1);
    assertThat(run.err()).contains("type = crowd").contains("fire_smoke");
    assertThat(detect(folder.resolve("absent.jpg"), "--type", "weapon")).isEqualTo(1);
    assertThat(run.err()).contains("absent.jpg: there is no such file");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(detect(empty, "--type", "weapon")).isEqualTo(1);
    assertThat(run.err()).contains("none of its 0 files");
    assertThat(detect(picture, "--type", "weapon", "--layout", "ssd")).isEqualTo(1);
    assertThat(run.err()).contains("params.layout = ssd");
  }

  @Test
  void plates_are_read_with_a_reader_and_its_characters() throws Exception {
    Path picture = bars("bars.jpg");
    Path plates = plateInTheMiddle();
    Path reader =
        TinyOnnx.greyReader(16, 0, 1 / 3f, 2 / 3f, 1)
            .metadata("input_range", "unit")
            .write(folder.resolve("reader.onnx"));
    Path charset = Files.writeString(folder.resolve("dict.txt"), "A\nB\nC\n");
    Path out = folder.resolve("out");
    String[] options = {
      "--model", plates.toString(), "--ocr", reader.toString(), "--charset", charset.toString()
    };
    assertThat(detect(picture, with(options, "--json", "--out", out.toString()))).isZero();
    JsonNode found = new JsonMapper().readTree(run.out()).get("detections").get(0);
    assertThat(found.get("label").asText()).isEqualTo("plate");
    assertThat(found.get("plate").get("text").asText()).isEqualTo("ABC");
    assertThat(found.get("plate").get("confidence").asDouble()).isGreaterThan(0.9);
    assertThat(out.resolve("bars.jpg-000000.jpg")).exists();
    assertThat(detect(picture, options)).isZero();
    assertThat(run.out()).contains("plate ABC 0.90 at");
    assertThat(detect(picture, "--model", plates.toString(), "--ocr", reader.toString()))
        .isEqualTo(1);
    assertThat(run.err()).contains("reader_charset");
    assertThat(detect(picture, "--type", "weapon", "--ocr", reader.toString())).isEqualTo(2);
    assertThat(detect(picture, "--type", "alpr", "--charset", charset.toString())).isEqualTo(2);
    assertThat(run.of("models", "inspect", reader.toString(), "--charset", charset.toString()))
        .isZero();
    assertThat(run.out()).contains("ctc").contains("params.reader_blank");
  }

  @Test
  @Tag("media")
  void every_frame_of_a_video_is_a_line_and_cars_get_boxes() throws Exception {
    Path video = TestMedia.require("video/car-detection.mp4");
    Path model = TestMedia.require("models/yolox_nano.onnx");
    assertThat(detect(video, "--model", model.toString(), "--json")).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(377);
    JsonMapper json = new JsonMapper();
    int withBoxes = 0;
    for (int i = 0; i < lines.size(); i++) {
      JsonNode line = json.readTree(lines.get(i));
      assertThat(line.get("frame").asInt()).isEqualTo(i);
      withBoxes += line.get("detections").isEmpty() ? 0 : 1;
      for (JsonNode d : line.get("detections")) {
        assertThat(d.get("x").asDouble() + d.get("width").asDouble()).isLessThan(768.01);
        assertThat(d.get("confidence").asDouble()).isBetween(0.4, 1.0);
      }
    }
    // Cars are in view in about 134 of the 377 frames.
    assertThat(withBoxes).isBetween(70, 134);
  }

  @Test
  void models_are_listed() throws Exception {
    assertThat(run.of("models", "list", "--models", MODELS)).isZero();
    assertThat(run.out()).contains("weapon-n-320").contains("(default for alpr)");
    assertThat(run.of("models", "list", "--models", MODELS, "--json")).isZero();
    JsonNode first = new JsonMapper().readTree(run.out().lines().findFirst().orElseThrow());
    assertThat(first.get("name").asText()).isEqualTo("fire_smoke-n-320");
    assertThat(first.get("classes").get(1).asText()).isEqualTo("smoke");
    assertThat(first.get("default_for").asText()).isEqualTo("fire_smoke");
  }

  @Test
  void a_model_is_inspected() throws Exception {
    assertThat(run.of("models", "inspect", MODELS + "/plate-n-416.onnx")).isZero();
    assertThat(run.out()).contains("yolox").contains("plate").contains("metadata");
    assertThat(run.of("models", "inspect", MODELS + "/weapon-n-320.onnx", "--json")).isZero();
    JsonNode facts = new JsonMapper().readTree(run.out());
    assertThat(facts.get("layout").asText()).isEqualTo("yolox");
    assertThat(facts.get("input").get("shape").get(3).asInt()).isEqualTo(320);
    assertThat(facts.get("classes").get(0).asText()).isEqualTo("gun");
    assertThat(facts.get("unclear")).isEmpty();
  }

  @Test
  void params_of_a_detector_may_be_said_on_the_command_line() throws Exception {
    Path file =
        TinyOnnx.takes("images", TinyOnnx.FLOAT, List.of(1, 3, 64, 64))
            .gives("output", List.of(1, 300, 6), new float[1800])
            .write(folder.resolve("rows.onnx"));
    String[] said = {
      "--param", "layout=yolov10", "--param", "mean=[123.7, 116.3, 103.5]", "--param", "std=58"
    };
    List<String> inspect = new ArrayList<>(List.of("models", "inspect", file.toString(), "--json"));
    inspect.addAll(List.of(said));
    assertThat(run.of(inspect.toArray(String[]::new))).isZero();
    JsonNode facts = new JsonMapper().readTree(run.out());
    assertThat(facts.get("layout").asText()).isEqualTo("yolov10");
    assertThat(facts.get("picture").asText())
        .isEqualTo(
            "rgb 0..255 less [123.7, 116.3, 103.5], over [58.0, 58.0, 58.0], aspect kept, centred");
    assertThat(facts.get("picture_from").toString()).contains("params.mean");
    Path picture = grey("grey.jpg", 96, 64);
    assertThat(detect(picture, "--model", file.toString(), "--param", "mean=[1,2")).isEqualTo(2);
    assertThat(run.err()).contains("--param mean: [1,2 is no JSON");
    assertThat(detect(picture, "--model", file.toString(), "--param", "mean=much")).isEqualTo(1);
    assertThat(run.err()).contains("params.mean = much: must be a list of numbers");
    assertThat(detect(picture, "--model", file.toString(), "--param", "input_order=bgr")).isZero();
  }

  @Test
  void models_alone_is_wrong_use() {
    assertThat(run.of("models")).isEqualTo(2);
    assertThat(run.err()).contains("list, inspect");
  }

  private int detect(Path input, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("detect", "--input", input.toString(), "--models", MODELS));
    arguments.addAll(List.of(more));
    return run.of(arguments.toArray(String[]::new));
  }

  private static String[] with(String[] options, String... more) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  /** Always sees one plate, from 64, 96 to 192, 160 of 256. */
  private Path plateInTheMiddle() throws Exception {
    int rows = 3 * (32 * 32 + 16 * 16 + 8 * 8);
    float[] output = new float[rows * 15];
    float[] row = {128, 128, 128, 64, 1, 64, 96, 192, 96, 192, 160, 64, 160, 0.9f, 0};
    System.arraycopy(row, 0, output, 0, row.length);
    return TinyOnnx.constant(List.of(1, 3, 256, 256), List.of(1, rows, 15), output)
        .write(folder.resolve("plates.onnx"));
  }

  /** The plate is written in eight bars: A, nothing, B, nothing, C, and nothing. */
  private Path bars(String name) throws Exception {
    int[] greys = {85, 0, 170, 0, 255, 0, 0, 0};
    byte[] bgr = new byte[256 * 256 * 3];
    for (int i = 0; i < bgr.length; i++) {
      int x = i / 3 % 256;
      bgr[i] = (byte) (x < 64 || x >= 192 ? 128 : greys[(x - 64) / 16]);
    }
    try (JpegEncoder encoder = new JpegEncoder()) {
      return Files.write(folder.resolve(name), encoder.encodeBgr(bgr, 256, 256, 95));
    }
  }

  private Path grey(String name, int width, int height) throws Exception {
    byte[] bgr = new byte[width * height * 3];
    Arrays.fill(bgr, (byte) 120);
    try (JpegEncoder encoder = new JpegEncoder()) {
      return Files.write(folder.resolve(name), encoder.encodeBgr(bgr, width, height, 90));
    }
  }
}
