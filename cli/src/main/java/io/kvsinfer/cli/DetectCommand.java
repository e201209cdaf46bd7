package io.kvsinfer.cli;

import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.media.decode.JpegEncoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.detect.Annotator;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.Detector;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.detect.ModelCard;
import io.kvsinfer.worker.detect.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs one detector over pictures and videos, without cameras, tracks or events. */
@Command(
    name = "detect",
    description = "Finds objects in pictures and videos with one model.",
    mixinStandardHelpOptions = true)
final class DetectCommand implements Callable<Integer> {
  private static final int JPEG_QUALITY = 90;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before call
  private CommandSpec spec;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "IMAGE|VIDEO|DIR",
      description = "What to look at; of a folder, every picture and video in it.")
  @SuppressWarnings("NullAway.Init")
  private Path input;

  @Option(
      names = "--model",
      paramLabel = "NAME|FILE",
      description = "Name in the manifest ('models list') or an ONNX file. Default: the type's.")
  private @Nullable String model;

  @Option(
      names = "--type",
      paramLabel = "T",
      description = "weapon, fire_smoke, alpr, objects. Default: the model's own, else objects.")
  private @Nullable String type;

  @Option(
      names = "--confidence",
      paramLabel = "C",
      description = "Least confidence, 0..1. Default: the model's own by label, else 0.4.")
  private @Nullable Double confidence;

  @Option(
      names = "--layout",
      paramLabel = "L",
      description = "Output layout where the model leaves it unclear: yolov5, yolov8, yolox, …")
  private @Nullable String layout;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  private DetectorParams detectorParams;

  @Option(
      names = "--ocr",
      paramLabel = "FILE",
      description = "Reads the plates that are found: an ONNX file or a name. Implies --type alpr.")
  private @Nullable String ocr;

  @Option(
      names = "--charset",
      paramLabel = "FILE",
      description = "Characters of --ocr's model, one a line, where its metadata lack them.")
  private @Nullable Path charset;

  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "auto",
      description = "auto, cpu, cuda:N or tensorrt:N. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init")
  private String device;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Writes a copy with boxes drawn in, of each frame with detections, as JPEG.")
  private @Nullable Path out;

  @Option(names = "--json", description = "One JSON line for each picture or frame.")
  private boolean json;

  @Mixin
  @SuppressWarnings("NullAway.Init")
  private ModelFiles modelFiles;

  @Override
  public Integer call() throws IOException {
    if (model == null && type == null && ocr == null) {
      throw new ParameterException(spec.commandLine(), "Give --model, --type or both");
    }
    if (ocr != null && type != null && !type.equals("alpr")) {
      throw new ParameterException(
          spec.commandLine(), "--ocr reads plates: leave --type out or make it alpr");
    }
    if (charset != null && ocr == null) {
      throw new ParameterException(spec.commandLine(), "--charset is of use with --ocr only");
    }
    if (confidence != null && !(confidence >= 0 && confidence <= 1)) {
      throw new ParameterException(spec.commandLine(), "--confidence must be from 0 to 1");
    }
    List<Path> files = PictureInput.files(input);
    if (out != null) {
      Files.createDirectories(out);
    }
    int unread = 0;
    DetectProgress progress = DetectProgress.of(spec.commandLine().getErr());
    DetectionReport report = new DetectionReport(spec.commandLine().getOut(), json);
    try (Models models = modelFiles.open();
        Detector detector =
            Detectors.load().create(settings(models), new DetectorContext(models, device));
        JpegEncoder encoder = new JpegEncoder()) {
      for (int i = 0; i < files.size(); i++) {
        Path file = files.get(i);
        int number = i + 1;
        PictureInput pictures = new PictureInput(file);
        try {
          pictures.forEach((frame, picture) -> {
            progress.clear();
            look(file, frame, picture, detector, encoder, report);
            progress.frame(file, number, files.size(), frame);
          });
        } catch (MediaException e) {
          // One file that is damaged does not keep the others from being looked at.
          unread++;
          progress.clear();
          warn(String.valueOf(e.getMessage()));
        }
        progress.clear();
        if (pictures.damaged() > 0) {
          warn("%s: %d frames could not be decoded".formatted(file, pictures.damaged()));
        }
      }
    }
    report.end();
    if (unread > 0) {
      throw new CommandFailedException(
          "%d of %d files could not be read to their end".formatted(unread, files.size()));
    }
    return 0;
  }

  private void warn(String what) {
    spec.commandLine().getErr().println(Printable.of(what));
  }

  private DetectorSettings settings(Models models) {
    Map<String, Object> params = new HashMap<>(detectorParams.values());
    if (layout != null) {
      params.put("layout", layout);
    }
    if (ocr != null) {
      params.put("reader", ocr);
    }
    if (charset != null) {
      params.put("reader_charset", charset.toString());
    }
    if (ocr != null) {
      return settings("alpr", params);
    }
    String chosen =
        type != null
            ? type
            : models.card(String.valueOf(model)).map(ModelCard::type).orElse("objects");
    return settings(chosen, params);
  }

  private DetectorSettings settings(String chosen, Map<String, Object> params) {
    return new DetectorSettings(
        chosen,
        chosen,
        true,
        model,
        new ConfidenceThreshold(confidence, Map.of()),
        List.of(),
        List.of(),
        ConfirmSettings.defaults(),
        0,
        0,
        0,
        params);
  }

  private void look(
      Path file,
      int frame,
      VideoFrame picture,
      Detector detector,
      JpegEncoder encoder,
      DetectionReport report)
      throws IOException, MediaException {
    List<Detection> detections = detector.detect(picture);
    report.frame(file, frame, picture.width(), picture.height(), detections);
    if (out != null && !detections.isEmpty()) {
      byte[] bgr = picture.toBgr();
      new Annotator(bgr, picture.width(), picture.height()).draw(detections);
      Path to = out.resolve("%s-%06d.jpg".formatted(file.getFileName(), frame));
      OutputFile.write(to, encoder.encodeBgr(bgr, picture.width(), picture.height(), JPEG_QUALITY));
    }
  }
}
