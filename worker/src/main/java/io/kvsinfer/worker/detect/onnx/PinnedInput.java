package io.kvsinfer.worker.detect.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The input tensor: float32 memory that is written from outside, and where the model takes another
 * type, a tensor that it is converted into before each run.
 */
final class PinnedInput implements AutoCloseable {
  private static final int MAX_UINT8 = 255;

  private final TensorInfo wanted;
  private final List<Integer> shape;
  private final ByteBuffer floats;
  private final ByteBuffer memory;
  private final OnnxTensor tensor;

  private PinnedInput(
      TensorInfo wanted,
      List<Integer> shape,
      ByteBuffer floats,
      ByteBuffer memory,
      OnnxTensor tensor) {
    this.wanted = wanted;
    this.shape = shape;
    this.floats = floats;
    this.memory = memory;
    this.tensor = tensor;
  }

  static PinnedInput create(OrtEnvironment environment, TensorInfo wanted, List<Integer> shape)
      throws OrtException {
    int elements = shape.stream().reduce(1, Math::multiplyExact);
    ByteBuffer floats = direct(Math.multiplyExact(elements, Float.BYTES));
    ByteBuffer memory =
        switch (wanted.type()) {
          case FLOAT32 -> floats;
          case FLOAT16 -> direct(elements * Short.BYTES);
          case UINT8, INT8 -> direct(elements);
          case INT32, INT64, OTHER ->
              throw new DetectorException(
                  "input %s: float32, float16, uint8 or int8 is needed".formatted(wanted));
        };
    long[] sizes = shape.stream().mapToLong(Integer::longValue).toArray();
    return new PinnedInput(
        wanted,
        shape,
        floats,
        memory,
        OnnxTensor.createTensor(environment, memory, sizes, type(wanted.type())));
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static OnnxJavaType type(TensorInfo.ElementType type) {
    return switch (type) {
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT8 -> OnnxJavaType.INT8;
      case FLOAT32, INT32, INT64, OTHER -> OnnxJavaType.FLOAT;
    };
  }

  String name() {
    return wanted.name();
  }

  List<Integer> shape() {
    return shape;
  }

  ByteBuffer floats() {
    return floats;
  }

  /** What the model is given, in its own type. */
  ByteBuffer memory() {
    return memory;
  }

  /** Type of {@link #memory}. */
  OnnxJavaType type() {
    return type(wanted.type());
  }

  OnnxTensor tensor() {
    return tensor;
  }

  /**
   * Brings what was written into the model's type. Values for uint8 and int8 are expected in
   * 0..255; int8 holds them less 128, as models quantized with that zero point take them.
   */
  void convert() {
    int elements = floats.capacity() / Float.BYTES;
    switch (wanted.type()) {
      case FLOAT16 -> {
        for (int i = 0; i < elements; i++) {
          memory.putShort(i * Short.BYTES, Float.floatToFloat16(floats.getFloat(i * Float.BYTES)));
        }
      }
      case UINT8 -> {
        for (int i = 0; i < elements; i++) {
          memory.put(i, (byte) rounded(i));
        }
      }
      case INT8 -> {
        for (int i = 0; i < elements; i++) {
          memory.put(i, (byte) (rounded(i) + Byte.MIN_VALUE));
        }
      }
      case FLOAT32, INT32, INT64, OTHER -> {}
    }
  }

  private int rounded(int i) {
    return Math.clamp(Math.round(floats.getFloat(i * Float.BYTES)), 0, MAX_UINT8);
  }

  @Override
  public void close() {
    tensor.close();
  }
}
