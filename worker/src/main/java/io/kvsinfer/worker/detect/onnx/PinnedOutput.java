package io.kvsinfer.worker.detect.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.Network.Output;
import io.kvsinfer.worker.detect.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;

/** An output tensor of fixed shape, written by the runtime into memory that is reused. */
final class PinnedOutput implements AutoCloseable {
  private final String name;
  private final OnnxTensor tensor;
  private final FloatBuffer memory;
  private final Output output;

  private PinnedOutput(String name, OnnxTensor tensor, FloatBuffer memory, Output output) {
    this.name = name;
    this.tensor = tensor;
    this.memory = memory;
    this.output = output;
  }

  static boolean canPin(TensorInfo output) {
    return output.type() == TensorInfo.ElementType.FLOAT32
        && output.shape().stream().allMatch(d -> d > 0);
  }

  static PinnedOutput create(OrtEnvironment environment, TensorInfo info) throws OrtException {
    int elements = info.shape().stream().reduce(1, Math::multiplyExact);
    ByteBuffer memory =
        ByteBuffer.allocateDirect(Math.multiplyExact(elements, Float.BYTES))
            .order(ByteOrder.nativeOrder());
    long[] sizes = info.shape().stream().mapToLong(Integer::longValue).toArray();
    return new PinnedOutput(
        info.name(),
        OnnxTensor.createTensor(environment, memory, sizes, OnnxJavaType.FLOAT),
        memory.asFloatBuffer(),
        new Output(info.shape(), new float[elements]));
  }

  /**
   * A result in the runtime's own memory; float16, int32 and int64 become float32, the last of
   * which are indices and counts.
   */
  static Output copy(OnnxTensor tensor) {
    List<Integer> shape =
        Arrays.stream(tensor.getInfo().getShape()).mapToObj(Math::toIntExact).toList();
    return new Output(shape, floats(tensor));
  }

  private static float[] floats(OnnxTensor tensor) {
    OnnxJavaType type = tensor.getInfo().type;
    return switch (type) {
      case FLOAT, FLOAT16 -> {
        FloatBuffer values = tensor.getFloatBuffer();
        float[] copied = new float[values.remaining()];
        values.get(copied);
        yield copied;
      }
      case INT32 -> {
        IntBuffer values = tensor.getIntBuffer();
        float[] copied = new float[values.remaining()];
        for (int i = 0; i < copied.length; i++) {
          copied[i] = values.get(i);
        }
        yield copied;
      }
      case INT64 -> {
        LongBuffer values = tensor.getLongBuffer();
        float[] copied = new float[values.remaining()];
        for (int i = 0; i < copied.length; i++) {
          copied[i] = values.get(i);
        }
        yield copied;
      }
      default ->
          throw new DetectorException(
              "output of type %s: float32, float16, int32 or int64 is needed".formatted(type));
    };
  }

  String name() {
    return name;
  }

  OnnxTensor tensor() {
    return tensor;
  }

  /** What the last run wrote. */
  Output read() {
    memory.get(0, output.values());
    return output;
  }

  @Override
  public void close() {
    tensor.close();
  }
}
