package io.kvsinfer.worker.detect.onnx;

import ai.onnxruntime.OrtException;
import java.util.List;
import java.util.Locale;

/** Tells from the runtime's words whether a device ran out of memory: it has no code for that. */
final class Exhaustion {
  private static final List<String> WORDS =
      List.of(
          "out of memory",
          "outofmemory",
          "failed to allocate memory",
          "cudaerrormemoryallocation",
          "cudnn_status_alloc_failed",
          "cublas_status_alloc_failed",
          "available memory of");

  private Exhaustion() {}

  static boolean isIn(OrtException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return WORDS.stream().anyMatch(message::contains);
  }

  /** What is to be done about it. */
  static String advice(String model, Device device) {
    return "device %s has no memory left for model %s: lower params.batch_size or params.input_size, take a smaller model (params.model_size), or put fewer cameras and models on this device"
        .formatted(device, model);
  }
}
