package io.kvsinfer.worker.detect.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.kvsinfer.worker.detect.DetectorException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a session runs.
 *
 * @param index of the GPU; 0 for the CPU
 */
record Device(Kind kind, int index) {
  static final Device CPU = new Device(Kind.CPU, 0);
  private static final Pattern GPU = Pattern.compile("(cuda|tensorrt):(\\d{1,2})");

  /** Kinds of devices. */
  enum Kind {
    CPU,
    CUDA,
    TENSORRT
  }

  /**
   * The devices to try for a setting, best first, the CPU last.
   *
   * @param available what this build of the runtime holds
   * @throws DetectorException naming the choices
   */
  static List<Device> candidates(String setting, Set<OrtProvider> available) {
    if (setting.equals("cpu")) {
      return List.of(CPU);
    }
    if (setting.equals("auto")) {
      return available.contains(OrtProvider.CUDA)
          ? List.of(new Device(Kind.CUDA, 0), CPU)
          : List.of(CPU);
    }
    Matcher gpu = GPU.matcher(setting);
    if (!gpu.matches()) {
      throw new DetectorException(
          "device = %s: must be auto, cpu, cuda:N or tensorrt:N".formatted(setting));
    }
    Device cuda = new Device(Kind.CUDA, Integer.parseInt(gpu.group(2)));
    return gpu.group(1).equals("cuda")
        ? List.of(cuda, CPU)
        : List.of(new Device(Kind.TENSORRT, cuda.index), cuda, CPU);
  }

  boolean isGpu() {
    return kind != Kind.CPU;
  }

  /** Adds what runs on this device; throws where the runtime has no such provider. */
  void addTo(SessionOptions options) throws OrtException {
    switch (kind) {
      case CPU -> {}
      case CUDA -> options.addCUDA(index);
      case TENSORRT -> {
        options.addTensorrt(index);
        // For operators that TensorRT does not take.
        options.addCUDA(index);
      }
    }
  }

  @Override
  public String toString() {
    return switch (kind) {
      case CPU -> "cpu";
      case CUDA -> "cuda:" + index;
      case TENSORRT -> "tensorrt:" + index;
    };
  }
}
