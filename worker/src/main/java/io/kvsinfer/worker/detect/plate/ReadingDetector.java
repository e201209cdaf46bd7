package io.kvsinfer.worker.detect.plate;

import io.kvsinfer.contract.event.IncidentEvent.ModelRef;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.Detector;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds plates and reads them. Confined to one thread. */
public final class ReadingDetector implements Detector {
  /** A car park is read over several frames; one frame must not take for ever. */
  private static final int MOST_READS = 16;

  private final Detector plates;
  private final PlateReader reader;

  /** Both are closed with it. */
  public ReadingDetector(Detector plates, PlateReader reader) {
    this.plates = plates;
    this.reader = reader;
  }

  @Override
  public void warmUp() {
    plates.warmUp();
    reader.warmUp();
  }

  @Override
  public List<Detection> detect(VideoFrame frame) {
    List<Detection> found = plates.detect(frame);
    List<Detection> read = new ArrayList<>(found.size());
    for (int i = 0; i < found.size(); i++) {
      Detection plate = found.get(i);
      read.add(i < MOST_READS ? plate.read(reader.read(frame, plate)) : plate);
    }
    return List.copyOf(read);
  }

  @Override
  public List<Detection> faint() {
    return plates.faint();
  }

  @Override
  public List<ModelRef> models() {
    return Stream.concat(plates.models().stream(), Stream.of(reader.model())).toList();
  }

  @Override
  public String device() {
    return plates.device();
  }

  @Override
  public void close() {
    try {
      plates.close();
    } finally {
      reader.close();
    }
  }
}
